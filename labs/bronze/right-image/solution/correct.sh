#!/usr/bin/env bash
set -euo pipefail
kubectl get configmap kitchen-list -o yaml
kubectl set image deployment/${broken} box=registry.example/${broken}:${good}
kubectl set image deployment/juice box=registry.example/juice:${good}
kubectl rollout status deployment/${broken} --timeout=180s
kubectl rollout status deployment/juice --timeout=180s
