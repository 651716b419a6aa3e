#!/usr/bin/env bash
# Green lights, and the wrong drink behind all of them.
set -euo pipefail
kubectl set image deployment/${broken} box=registry.example/juice:latest
kubectl rollout status deployment/${broken} --timeout=60s
