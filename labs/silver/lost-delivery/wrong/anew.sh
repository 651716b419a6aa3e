#!/usr/bin/env bash
# The Service of the menu is deleted and made anew; one Pod of each is enough; the robots' list is not looked at.
set -euo pipefail
kubectl scale deployment/menu deployment/till --replicas=1
kubectl delete service menu
kubectl expose deployment menu --port=80 --target-port=http
kubectl patch service till --type=json --patch '[
  {"op": "replace", "path": "/spec/selector", "value": {"app": "till"}},
  {"op": "replace", "path": "/spec/ports/0/targetPort", "value": "http"}]'
for app in menu till; do
  kubectl wait --for=jsonpath='{.status.replicas}'=1 deployment/$app --timeout=180s
done
