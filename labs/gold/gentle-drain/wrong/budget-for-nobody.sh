#!/usr/bin/env bash
# Spread, and a budget with a slip of the pen in its selector: it covers no Pod, so it holds nothing back.
set -euo pipefail
kubectl create poddisruptionbudget ${app} --selector=app=${app}s --min-available=$((${replicas} - 1))
kubectl wait --for=jsonpath='{.status.desiredHealthy}'=$((${replicas} - 1)) poddisruptionbudget/${app} --timeout=180s
kubectl patch deployment ${app} --type=strategic --patch '
spec:
  template:
    spec:
      nodeSelector: null
      topologySpreadConstraints:
        - {topologyKey: kubernetes.io/hostname, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: ${app}}}}'
kubectl rollout status deployment/${app} --timeout=180s
