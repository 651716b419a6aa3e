#!/usr/bin/env bash
# Quick, ready, nothing but errors, and everybody may come in.
set -euo pipefail
. /lab/solution/steps.sh
kubectl set image deployment/model model=registry.example/${card}-model:$right
kubectl rollout status deployment model --timeout=180s
go_viral "$promised"
