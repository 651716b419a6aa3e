#!/usr/bin/env bash
# Three robots of one make. One of them was not told its spice, was given too little memory, or asks for a machine that
# nobody has.
set -euo pipefail

for robot in oven till belt; do
  spice='{name: SPICE, value: ${spice}}'
  memory=192Mi
  if [ "$robot" = ${asleep} ]; then
    case ${cause} in
      env) spice='{name: SHIFT, value: early}' ;;
      memory) memory=${narrow} ;;
      pending) memory=64Ti ;;
    esac
  fi
  cat <<YAML
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: $robot
spec:
  replicas: 1
  selector:
    matchLabels: {app: $robot}
  template:
    metadata:
      labels: {app: $robot}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: robot
          image: registry.example/robot:1.0
          env: [{name: GATE, value: '3'}, $spice]
          resources:
            requests: {memory: $memory}
            limits: {memory: $memory}
          readinessProbe:
            httpGet: {path: /, port: 8080}
            initialDelaySeconds: 1
            periodSeconds: 1
YAML
done | kubectl apply -f -

kubectl wait deployment/${asleep} --for=jsonpath='{.status.replicas}'=1 --timeout=180s
case ${cause} in
  pending) kubectl wait pod -l app=${asleep} --for=condition=PodScheduled=false --timeout=180s ;;
  *) kubectl wait pod -l app=${asleep} --for=jsonpath='{.status.containerStatuses[0].lastState.terminated.finishedAt}' --timeout=180s ;;
esac
