#!/usr/bin/env bash
set -euo pipefail
kubectl taint node ${doomed} drill=power:NoExecute
kubectl rollout status deployment/counter --timeout=180s
kubectl rollout status deployment/ledger --timeout=180s
