#!/usr/bin/env bash
set -euo pipefail
kubectl taint node ${special} dedicated=oven:NoSchedule
kubectl patch deployment oven --type=strategic --patch '
spec:
  template:
    spec:
      nodeSelector: {kubernetes.io/hostname: ${special}}
      tolerations: [{key: dedicated, operator: Equal, value: oven, effect: NoSchedule}]'
kubectl delete pod -l app=flyers
kubectl rollout status deployment/oven --timeout=180s
kubectl rollout status deployment/flyers --timeout=180s
