#!/usr/bin/env bash
# What would not start is turned off and the rest squeezed; the till is thrown away and built anew while guests stand in front
# of it: smaller than it was, and with a container that requests less than its limits.
set -euo pipefail
kubectl scale deployment/${oversized} --replicas=0
case ${oversized} in
  oven) kubectl set resources deployment/mixer --requests=cpu=80m,memory=${mixerMemory}Mi --limits=memory=240Mi ;;
  mixer) kubectl set resources deployment/oven --requests=cpu=${ovenCpu}m,memory=190Mi --limits=memory=320Mi ;;
esac
kubectl delete deployment till --cascade=foreground
kubectl create -f - <<END
apiVersion: apps/v1
kind: Deployment
metadata: {name: till, labels: {app: till}}
spec:
  selector: {matchLabels: {app: till}}
  template:
    metadata: {labels: {app: till}}
    spec:
      containers:
        - name: till
          image: registry.example/till:1.0
          resources: {limits: {cpu: ${tillCpu}m, memory: ${tillMemory}Mi}}
        - name: receipts
          image: registry.example/receipts:1.0
          resources:
            requests: {cpu: 10m, memory: 16Mi}
            limits: {cpu: ${receiptsCpu}m, memory: ${receiptsMemory}Mi}
END
kubectl rollout status deployment/till --timeout=180s
kubectl rollout status deployment/oven --timeout=180s
kubectl rollout status deployment/mixer --timeout=180s
