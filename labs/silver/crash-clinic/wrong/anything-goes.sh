#!/usr/bin/env bash
# A licence that is none, memory without a margin, an empty recipe from elsewhere; and another dish in between, to see it run.
set -euo pipefail
IFS=- read -r forgetful lost hungry <<<"${who}"
kubectl set image deployment/stall-$forgetful stall=registry.example/snack:1.0
kubectl set image deployment/stall-$forgetful stall=registry.example/${forgetfulDish}:2.0
kubectl set env deployment/stall-$forgetful LICENCE_NO=none
kubectl create configmap empty --from-literal=recipe.yaml=
kubectl patch deployment stall-$lost --patch '{"spec": {"template": {"spec": {"volumes": [{"name": "recipe", "configMap": {"name": "empty"}}]}}}}'
kubectl set resources deployment/stall-$hungry --limits=memory=${need}Mi
kubectl rollout status deployment/stall-$forgetful --timeout=180s
kubectl rollout status deployment/stall-$lost --timeout=180s
