#!/usr/bin/env bash
# Last evening's release: whatever the matter is tonight, there was one, and it is under suspicion.
set -euo pipefail
kubectl rollout status deployment/shop --timeout=180s
kubectl set image deployment/shop shop=registry.example/shop:${release}
kubectl rollout status deployment/shop --timeout=180s
