#!/usr/bin/env bash
# One Pod is made to fit the Service, one cook too many, something else in the oven's place, a healthy courier sent home.
set -euo pipefail
kubectl label "$(kubectl get pods -l app=counter -o name | head -n 1)" shift=${shift} --overwrite
kubectl scale deployment/kitchen --replicas=$((${cooks} + 1))
kubectl patch deployment oven --patch '
spec:
  template:
    spec:
      nodeSelector: null
      containers: [{name: oven, image: "registry.example/counter:1.0", resources: {requests: {cpu: 50m}}}]'
kubectl scale deployment/courier --replicas=2
kubectl rollout status deployment/oven --timeout=180s
kubectl wait --for=jsonpath='{.status.replicas}'=2 deployment/courier --timeout=180s
