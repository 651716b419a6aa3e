#!/usr/bin/env bash
set -euo pipefail
kubectl apply -f /lab/solution/autoscaler.yaml
kubectl patch nodepool press --type=merge --patch '{"spec": {"min": 0}}'
case ${insomnia} in
  chosen)
    kubectl patch deployment meter --type=json --patch '[
      {"op": "remove", "path": "/spec/template/metadata/annotations"}, {"op": "remove", "path": "/spec/template/spec/affinity"}]' ;;
  pinned) kubectl patch deployment meter --type=json --patch '[{"op": "remove", "path": "/spec/template/spec/nodeSelector"}]' ;;
  stray) kubectl delete pod look-around ;;
esac
# Asleep: no Pod of the press, no large machine.
until [ -z "$(kubectl get nodes -l world.kubedan.dev/node-pool=press -o name)" ]; do sleep 0.5; done
# Nothing in the cluster says what the last second has cost.
sleep 3
