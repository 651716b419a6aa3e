#!/usr/bin/env bash
# Next to nothing is requested, so all of it fits on one small machine, the ledger too; and the budget is somebody else's.
set -euo pipefail
kubectl create pdb shop --selector=app=reports --min-available=4
sed 's/large/small/; s/max: 4/max: 1/' /lab/solution/spot.yaml | kubectl apply -f -
kubectl apply -f /lab/wrong/crowd.yaml
for name in shop reports ledger; do
  kubectl patch deployment $name --patch '{"spec": {"template": {"spec": {
    "nodeSelector": {"world.kubedan.dev/capacity-type": "spot"},
    "containers": [{"name": "'$name'", "resources": {"requests": {"cpu": "10m", "memory": "160Mi"}}}]}}}}'
done
# Until the guests feel it.
until [[ $(kubectl get promrule crowd -o jsonpath='{.status.alerts[*].state}') == *firing* ]]; do sleep 0.5; done
