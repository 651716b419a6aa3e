#!/usr/bin/env bash
# Three stalls. One of them is in trouble, in one of three ways, each of which is another department's.
set -euo pipefail

for stall in noodles soup tea; do
  tag=1.0
  memory=32Mi
  if [ "$stall" = ${ailing} ]; then
    case ${whom} in
      developers) tag=1.1 ;;
      release) tag=1.2 ;;
      machines) memory=64Ti ;;
    esac
  fi
  cat <<YAML
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: $stall
  labels: {part: stall}
spec:
  replicas: 1
  selector:
    matchLabels: {app: $stall}
  template:
    metadata:
      labels: {app: $stall}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: stall
          image: registry.example/$stall:$tag
          resources:
            requests: {memory: $memory}
          readinessProbe:
            httpGet: {path: /, port: 8080}
            initialDelaySeconds: 1
            periodSeconds: 1
YAML
done | kubectl apply -f -

kubectl wait deployment/${ailing} --for=jsonpath='{.status.replicas}'=1 --timeout=180s
case ${whom} in
  developers) kubectl wait pod -l app=${ailing} --for=jsonpath='{.status.containerStatuses[0].lastState.terminated.finishedAt}' --timeout=180s ;;
  release) kubectl wait pod -l app=${ailing} --for=jsonpath='{.status.containerStatuses[0].state.waiting.message}' --timeout=180s ;;
  machines) kubectl wait pod -l app=${ailing} --for=condition=PodScheduled=false --timeout=180s ;;
esac
