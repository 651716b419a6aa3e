#!/usr/bin/env bash
# Spread, but nobody has said how many may be missing at a time.
set -euo pipefail
kubectl patch deployment ${app} --type=strategic --patch '
spec:
  template:
    spec:
      nodeSelector: null
      topologySpreadConstraints:
        - {topologyKey: kubernetes.io/hostname, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: ${app}}}}'
kubectl rollout status deployment/${app} --timeout=120s
kubectl drain ${tired} --ignore-daemonsets --timeout=180s
kubectl rollout status deployment/${app} --timeout=180s
