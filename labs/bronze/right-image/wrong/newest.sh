#!/usr/bin/env bash
# Something that runs in place of what was ordered; and the newest number on the wall, which is not on the shelf yet.
set -euo pipefail
kubectl set image deployment/${broken} box=registry.example/juice:latest
kubectl set image deployment/juice box=registry.example/juice:${ahead}
kubectl rollout status deployment/${broken} --timeout=180s
