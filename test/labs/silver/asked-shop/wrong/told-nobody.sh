set -euo pipefail
kubectl patch configmap door -p '{"data": {"DOOR": "open"}}'
