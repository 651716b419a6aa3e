#!/usr/bin/env bash
# Twelve Pods as large as before, on cheaper machines, with a budget that lets nobody go.
set -euo pipefail
kubectl create pdb shop --selector=app=shop --min-available=6
kubectl apply -f /lab/solution/spot.yaml
for name in shop reports; do
  kubectl patch deployment $name --patch '{"spec": {"template": {"spec": {"nodeSelector": {"world.kubedan.dev/capacity-type": "spot"}}}}}'
done
for name in shop reports; do kubectl rollout status deployment $name --timeout=180s; done
