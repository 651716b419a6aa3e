#!/usr/bin/env bash
set -euo pipefail
IFS=- read -r forgetful lost hungry <<<"${who}"
kubectl set env deployment/stall-$forgetful LICENCE_NO=${licence}
kubectl get configmap recipe -o go-template='{{index .data "${keyName}"}}' >recipe.yaml
kubectl create configmap recipe --from-file=recipe.yaml --dry-run=client -o yaml | kubectl replace -f -
kubectl rollout restart deployment/stall-$lost
kubectl set resources deployment/stall-$hungry --limits=memory=$((${need} * 5 / 4))Mi
for stall in east north west; do
  kubectl rollout status deployment/stall-$stall --timeout=180s
done
