#!/usr/bin/env bash
# The right number, but of another Deployment: the shop was closed meanwhile.
set -euo pipefail
kubectl delete deployment web
kubectl create deployment web --image registry.example/shop:1.0 --replicas ${replicas}
kubectl rollout status deployment/web --timeout=60s
