#!/usr/bin/env bash
# The plug is pulled while everything hangs on it, and what is repaired afterwards is less than there was: fewer counters, the
# two books still together, the oven allowed on its machine but not sent there, and a machine that goes by another name.
set -euo pipefail
kubectl taint node ${doomed} drill=power:NoExecute
kubectl wait --for=delete pod -l app=counter --field-selector=spec.nodeName=${doomed} --timeout=180s
kubectl taint node ${special} special=oven:NoSchedule
kubectl scale deployment/flyers --replicas=0
kubectl patch deployment oven --type=strategic --patch '
spec:
  template:
    spec:
      nodeSelector: null
      tolerations: [{key: special, operator: Exists}]'
kubectl patch deployment counter --type=strategic --patch '
spec:
  replicas: 4
  template:
    spec:
      nodeSelector: null
      affinity: null
      topologySpreadConstraints:
        - topologyKey: topology.kubernetes.io/zone
          maxSkew: 1
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: {matchLabels: {app: counter}}'
case ${doomed} in
  node-2) elsewhere=node-3 ;;
  node-3) elsewhere=node-2 ;;
esac
kubectl patch deployment ledger --type=merge --patch "{\"spec\": {\"template\": {\"spec\": {\"nodeSelector\": {\"kubernetes.io/hostname\": \"$elsewhere\"}}}}}"
for name in counter ledger oven flyers; do kubectl rollout status deployment/$name --timeout=180s; done
