#!/usr/bin/env bash
# The Pods are elsewhere, and the next one that starts may land on the node again.
set -euo pipefail
kubectl create poddisruptionbudget ${app} --selector=app=${app} --max-unavailable=1
kubectl patch deployment ${app} --type=strategic --patch '
spec:
  template:
    spec:
      nodeSelector: null
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions: [{key: kubernetes.io/hostname, operator: NotIn, values: [${tired}]}]'
kubectl rollout status deployment/${app} --timeout=120s
