#!/usr/bin/env bash
# Without a second Deployment: a rollout, and an undo that has to start Pods again.
set -euo pipefail
kubectl set image deployment/shop shop=registry.example/shop:${release}
kubectl rollout status deployment/shop --timeout=180s
kubectl rollout undo deployment/shop
