#!/usr/bin/env bash
# The right number in the end, but the shop was closed in between.
set -euo pipefail
kubectl scale deployment/web --replicas 0
kubectl wait pod --selector app=web --for delete --timeout=60s
kubectl scale deployment/web --replicas ${replicas}
kubectl rollout status deployment/web --timeout=60s
