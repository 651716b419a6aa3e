#!/usr/bin/env bash
set -euo pipefail
kubectl patch deployment ${app} --type=strategic --patch '
spec:
  template:
    spec:
      nodeSelector: null
      topologySpreadConstraints:
        - topologyKey: kubernetes.io/hostname
          maxSkew: 1
          whenUnsatisfiable: DoNotSchedule
          nodeTaintsPolicy: Honor
          labelSelector: {matchLabels: {app: ${app}}}
          matchLabelKeys: [pod-template-hash]'
kubectl rollout status deployment/${app} --timeout=120s
