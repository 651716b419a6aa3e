#!/usr/bin/env bash
# Something that runs, but not what ran before.
set -euo pipefail
kubectl set image deployment/web web=registry.example/web:latest
kubectl rollout status deployment/web --timeout=180s
