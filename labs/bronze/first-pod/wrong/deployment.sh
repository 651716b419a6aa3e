#!/usr/bin/env bash
# The Pods of a Deployment have names of their own.
set -euo pipefail
kubectl create deployment ${pod} --image=registry.example/${dish}:${version}
kubectl label deployment ${pod} shelf=${shelf}
kubectl rollout status deployment/${pod} --timeout=180s
