#!/usr/bin/env bash
# The same mistake on another machine.
set -euo pipefail
other=$(kubectl get nodes -o name | sed 's#node/##' | grep -v '^${tired}$' | sed -n 1p)
kubectl create poddisruptionbudget ${app} --selector=app=${app} --max-unavailable=1
kubectl patch deployment ${app} --type=merge --patch "{\"spec\": {\"template\": {\"spec\": {\"nodeSelector\": {\"kubernetes.io/hostname\": \"$other\"}}}}}"
kubectl rollout status deployment/${app} --timeout=120s
kubectl cordon ${tired}
