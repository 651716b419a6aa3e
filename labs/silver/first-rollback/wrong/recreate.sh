#!/usr/bin/env bash
# The right image in a new Deployment: the shop was closed meanwhile, and the history is gone.
set -euo pipefail
kubectl get deployment web -o yaml | sed 's#registry.example/web:.*#registry.example/web:1.0#; /uid:/d; /resourceVersion:/d' >web.yaml
kubectl delete deployment web
kubectl apply -f web.yaml
kubectl rollout status deployment/web --timeout=180s
