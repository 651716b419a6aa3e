#!/usr/bin/env bash
set -euo pipefail
kubectl logs -l app=courier --prefix
kubectl get pods -l app=courier -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName,IMAGE:.spec.containers[0].image
kubectl delete pod courier-${tail} --grace-period=1
kubectl rollout status deployment/kitchen --timeout=180s
kubectl rollout status deployment/oven --timeout=180s
