#!/usr/bin/env bash
set -euo pipefail
kubectl apply -f /lab/solution/breaker.yaml
case ${cause} in
  redis) kubectl wait circuitbreaker/redis --for=condition=Open --timeout=120s ;;
  release) kubectl rollout undo deployment/shop ;;
  neighbour) kubectl set resources deployment/shop --requests=cpu=400m ;;
esac
kubectl rollout status deployment/shop --timeout=180s
