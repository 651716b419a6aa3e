#!/usr/bin/env bash
# An average day says nothing about noon: the mixer runs for a moment and is killed, the others are short of something.
set -euo pipefail
kubectl set resources deployment/oven -c oven --requests=cpu=120m,memory=${ovenMemory}Mi --limits=memory=320Mi
kubectl rollout status deployment/oven --timeout=180s
case ${slip} in
  cpu) till='cpu: ${tillCpu}m, memory: 60Mi' ;;
  memory) till='cpu: 40m, memory: ${tillMemory}Mi' ;;
esac
kubectl patch deployment till --type=strategic --patch "
spec:
  template:
    spec:
      containers:
        - {name: till, resources: {requests: {$till}, limits: {$till}}}
        - {name: receipts, resources: {requests: {cpu: 40m, memory: 50Mi}, limits: {cpu: 40m, memory: 50Mi}}}"
kubectl rollout status deployment/till --timeout=180s
kubectl set resources deployment/mixer -c mixer --requests=cpu=${mixerCpu}m,memory=100Mi --limits=memory=110Mi
