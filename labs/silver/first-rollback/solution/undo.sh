#!/usr/bin/env bash
set -euo pipefail
kubectl rollout history deployment/web
kubectl rollout undo deployment/web
kubectl rollout status deployment/web --timeout=180s
