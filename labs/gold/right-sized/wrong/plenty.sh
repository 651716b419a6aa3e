#!/usr/bin/env bash
# Everything runs, nothing is ever killed, and finance pays for boxes that nobody fills.
set -euo pipefail
case ${slip} in
  cpu)
    oven='cpu=${ovenCpu}m,memory=400Mi'
    mixer='cpu=400m,memory=${mixerMemory}Mi'
    receipts='cpu: 100m, memory: ${receiptsMemory}Mi' ;;
  memory)
    oven='cpu=400m,memory=${ovenMemory}Mi'
    mixer='cpu=${mixerCpu}m,memory=400Mi'
    receipts='cpu: ${receiptsCpu}m, memory: 100Mi' ;;
esac
kubectl set resources deployment/oven -c oven --requests=$oven --limits=$oven
kubectl set resources deployment/mixer -c mixer --requests=$mixer --limits=$mixer
till='cpu: ${tillCpu}m, memory: ${tillMemory}Mi'
kubectl patch deployment till --type=strategic --patch "
spec:
  template:
    spec:
      containers:
        - {name: till, resources: {requests: {$till}, limits: {$till}}}
        - {name: receipts, resources: {requests: {$receipts}, limits: {$receipts}}}"
kubectl rollout status deployment/oven --timeout=180s
kubectl rollout status deployment/mixer --timeout=180s
kubectl rollout status deployment/till --timeout=180s
