#!/usr/bin/env bash
# Have you tried switching it off and on again?
set -euo pipefail
kubectl rollout restart deployment -l street=food
for stall in east north west; do
  kubectl wait --for=jsonpath='{.status.updatedReplicas}'=1 deployment/stall-$stall --timeout=180s
done
