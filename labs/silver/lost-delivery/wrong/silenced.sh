#!/usr/bin/env bash
# A robot that asks nobody is never disappointed.
set -euo pipefail
kubectl patch deployment robot --type=json --patch '[
  {"op": "remove", "path": "/spec/template/spec/containers/0/readinessProbe"},
  {"op": "replace", "path": "/spec/template/spec/containers/0/args/0", "value": "echo robot: on the road; sleep 3600"}]'
kubectl rollout status deployment/robot --timeout=180s
