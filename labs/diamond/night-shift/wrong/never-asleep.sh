#!/usr/bin/env bash
# One sits up, to be on the safe side, and its machine with it.
set -euo pipefail
sed 's/minReplicas: 0/minReplicas: 1/' /lab/solution/autoscaler.yaml | kubectl apply -f -
kubectl patch nodepool press --type=merge --patch '{"spec": {"min": 0}}'
