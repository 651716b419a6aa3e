#!/usr/bin/env bash
# A rollout asks no budget, and this one takes two at a time; the next Pod that starts may land on the node again.
set -euo pipefail
kubectl create poddisruptionbudget ${app} --selector=app=${app} --max-unavailable=1
kubectl patch deployment ${app} --type=strategic --patch '
spec:
  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 2}}
  template:
    spec:
      nodeSelector: null
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions: [{key: kubernetes.io/hostname, operator: NotIn, values: [${tired}]}]'
kubectl rollout status deployment/${app} --timeout=180s
