#!/usr/bin/env bash
# Machines instead of zones, a wish instead of a rule, a polite request to keep away. The drill is made easy, with a drain instead
# of a loss, and still the machine counts as an empty one, so that what it carried fits nowhere.
set -euo pipefail
kubectl taint node ${special} dedicated=oven:PreferNoSchedule
kubectl patch deployment oven --type=merge --patch '{"spec": {"template": {"spec": {"nodeSelector": {"kubernetes.io/hostname": "${special}"}}}}}'
kubectl patch deployment counter --type=strategic --patch '
spec:
  template:
    spec:
      nodeSelector: null
      affinity: null
      topologySpreadConstraints:
        - topologyKey: kubernetes.io/hostname
          maxSkew: 1
          whenUnsatisfiable: DoNotSchedule
          labelSelector: {matchLabels: {app: counter}}
          matchLabelKeys: [pod-template-hash]'
kubectl patch deployment ledger --type=strategic --patch '
spec:
  template:
    spec:
      nodeSelector: null
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: ledger}}}'
for name in counter ledger oven; do kubectl rollout status deployment/$name --timeout=180s; done
kubectl drain ${doomed} --ignore-daemonsets --force --timeout=180s
