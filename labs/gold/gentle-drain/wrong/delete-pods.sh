#!/usr/bin/env bash
# The new Pods may start anywhere, but the old ones are all gone before they do.
set -euo pipefail
kubectl cordon ${tired}
kubectl patch deployment ${app} --type=json --patch '[{"op": "remove", "path": "/spec/template/spec/nodeSelector"}]'
kubectl delete pod -l app=${app} --wait=false
kubectl rollout status deployment/${app} --timeout=120s
