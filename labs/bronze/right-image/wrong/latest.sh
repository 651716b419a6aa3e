#!/usr/bin/env bash
# There is no latest of everything; and the newest number on the wall is not on the shelf yet.
set -euo pipefail
kubectl set image deployment/${broken} box=registry.example/${broken}:latest
kubectl set image deployment/juice box=registry.example/juice:${ahead}
kubectl wait deployment/juice --for=jsonpath='{.status.updatedReplicas}'=1 --timeout=60s
