#!/usr/bin/env bash
set -euo pipefail
kubectl create pdb shop --selector=app=shop --max-unavailable=2
kubectl apply -f /lab/solution/spot.yaml
# @param name, CPU, memory: one rollout for both, the size and the place
move() {
  kubectl patch deployment $1 --patch '{"spec": {"template": {"spec": {
    "nodeSelector": {"world.kubedan.dev/capacity-type": "spot"},
    "containers": [{"name": "'$1'", "resources": {"requests": {"cpu": "'$2'", "memory": "'$3'"}}}]}}}}'
}
# The leanest and the most generous that are allowed.
move shop ${shopUses}0m 512Mi
move reports 1200m 160Mi
kubectl patch nodepool main --type=merge --patch '{"spec": {"min": 1}}'
for name in shop reports; do kubectl rollout status deployment $name --timeout=180s; done
