#!/usr/bin/env bash
# One stall is pulled down and built anew, one gets memory as if it were free, and the recipe stays where nobody looks.
set -euo pipefail
IFS=- read -r forgetful lost hungry <<<"${who}"
kubectl get deployment stall-$forgetful -o yaml | sed '/uid:/d; /resourceVersion:/d' >stall.yaml
kubectl delete deployment stall-$forgetful
kubectl create -f stall.yaml
kubectl set resources deployment/stall-$hungry --limits=memory=$((${need} * 5 / 2))Mi
kubectl rollout status deployment/stall-$hungry --timeout=180s
