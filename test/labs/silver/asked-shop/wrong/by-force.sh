set -euo pipefail
kubectl logs deployment/web
kubectl patch configmap door -p '{"data": {"DOOR": "open"}}'
kubectl delete pod -l app=web --wait=false
kubectl rollout status deployment/web --timeout=60s
