#!/usr/bin/env bash
# Two Services are wrong, each in one of two ways; the seed says which is which. Handed over once the endpoints say so too.
set -euo pipefail
endpoints() { kubectl get endpointslices -l "kubernetes.io/service-name=$1" -o "jsonpath=$2"; }
looks_for_nobody() {
  kubectl patch service "$1" --patch "{\"spec\": {\"selector\": {\"app\": \"$1-v2\"}}}"
  until [ -z "$(endpoints "$1" '{.items[*].endpoints[*].addresses}')" ]; do sleep 0.2; done
}
knocks_next_door() {
  kubectl patch service "$1" --type=json --patch '[{"op": "replace", "path": "/spec/ports/0/targetPort", "value": 80}]'
  until [ "$(endpoints "$1" '{.items[*].ports[*].port}')" = 80 ]; do sleep 0.2; done
}
kubectl rollout status deployment/menu --timeout=180s
kubectl rollout status deployment/till --timeout=180s
case ${mixup} in
  menu-then-till) looks_for_nobody menu && knocks_next_door till ;;
  till-then-menu) looks_for_nobody till && knocks_next_door menu ;;
esac
