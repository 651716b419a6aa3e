#!/usr/bin/env bash
# What differs from seed to seed: how full the set menu is, and which pot gets too small a box.
set -euo pipefail

{
  printf 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: set-menu\nspec:\n  containers:\n'
  for number in $(seq ${sides}); do
    printf '    - {name: dish-%s, image: registry.example/side-dish:1.0}\n' "$number"
  done
  for pot in soup stew; do
    if [ "$pot" = ${tight} ]; then limit=${narrow}; else limit=200Mi; fi
    cat <<YAML
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: $pot
spec:
  replicas: 1
  selector:
    matchLabels: {app: $pot}
  template:
    metadata:
      labels: {app: $pot}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: pot
          image: registry.example/pot:1.0
          resources:
            requests: {memory: 32Mi}
            limits: {memory: $limit}
          readinessProbe:
            httpGet: {path: /, port: 8080}
            initialDelaySeconds: 1
            periodSeconds: 1
YAML
  done
} | kubectl apply -f -

kubectl wait pod/anna pod/bo pod/set-menu --for=condition=Ready --timeout=180s
# Each has fallen over at least once: there is something to find out.
for name in ${tight} ${errand}; do
  kubectl wait "deployment/$name" --for=jsonpath='{.status.replicas}'=1 --timeout=180s
  kubectl wait pod -l "app=$name" --for=jsonpath='{.status.containerStatuses[0].lastState.terminated.finishedAt}' --timeout=180s
done
