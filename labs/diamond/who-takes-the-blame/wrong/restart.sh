#!/usr/bin/env bash
# What always helped; a rule that can never be true, and a breaker for a Service that there is not.
set -euo pipefail
sed 's/> 8/> 80000/' /lab/solution/alarm.yaml | kubectl apply -f -
sed 's/kind: Dependency/kind: Service/' /lab/solution/breaker.yaml | kubectl apply -f -
kubectl delete pod -l app=shop
kubectl rollout restart deployment/shop
kubectl rollout status deployment/shop --timeout=180s
