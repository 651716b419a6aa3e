#!/usr/bin/env bash
# Enough for a moment; then all but one are called back.
set -euo pipefail
kubectl scale deployment/web --replicas ${replicas}
kubectl rollout status deployment/web --timeout=60s
kubectl scale deployment/web --replicas 1
