set -euo pipefail
# The log says which port is open.
port=$(kubectl logs deployment/web | grep -o '[0-9]*$')
kubectl patch service web --type=json -p '[{"op": "replace", "path": "/spec/ports/0/targetPort", "value": '"$port"'}]'
kubectl patch configmap door -p '{"data": {"DOOR": "open"}}'
kubectl delete pod -l app=web --dry-run=server
kubectl rollout restart deployment/web
kubectl rollout status deployment/web --timeout=60s
