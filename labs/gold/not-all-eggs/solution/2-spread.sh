#!/usr/bin/env bash
set -euo pipefail
kubectl patch deployment counter --type=strategic --patch '
spec:
  template:
    spec:
      nodeSelector: null
      affinity: null
      topologySpreadConstraints:
        - topologyKey: topology.kubernetes.io/zone
          maxSkew: 1
          whenUnsatisfiable: DoNotSchedule
          nodeTaintsPolicy: Honor
          labelSelector: {matchLabels: {app: counter}}
          matchLabelKeys: [pod-template-hash]
        - topologyKey: kubernetes.io/hostname
          maxSkew: 1
          whenUnsatisfiable: ScheduleAnyway
          nodeTaintsPolicy: Honor
          labelSelector: {matchLabels: {app: counter}}
          matchLabelKeys: [pod-template-hash]'
kubectl patch deployment ledger --type=strategic --patch '
spec:
  template:
    spec:
      nodeSelector: null
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: ledger}}, matchLabelKeys: [pod-template-hash]}'
kubectl rollout status deployment/counter --timeout=180s
kubectl rollout status deployment/ledger --timeout=180s
