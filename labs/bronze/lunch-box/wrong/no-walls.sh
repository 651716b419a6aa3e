#!/usr/bin/env bash
# Without a limit the pot runs, at its neighbours' expense; the errand is told to fail, and is still sent out for ever as well.
set -euo pipefail
kubectl patch deployment ${tight} --type=json --patch '[{"op": "remove", "path": "/spec/template/spec/containers/0/resources/limits"}]'
kubectl rollout status deployment/${tight} --timeout=180s
kubectl create job ${errand} --image=registry.example/${errand}:1.0 -- false
kubectl wait --for=jsonpath='{.status.failed}'=1 job/${errand} --timeout=180s
