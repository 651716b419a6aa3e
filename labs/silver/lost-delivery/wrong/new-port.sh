#!/usr/bin/env bash
# "Let us use the same port everywhere": taken back after a complaint. And the robots' probe, switched off "for the test".
set -euo pipefail
kubectl patch service menu --type=json --patch '[{"op": "replace", "path": "/spec/ports/0/port", "value": 8080}]'
kubectl patch service menu --type=json --patch '[{"op": "replace", "path": "/spec/ports/0/port", "value": 80}]'
kubectl patch deployment robot --type=json --patch '[{"op": "remove", "path": "/spec/template/spec/containers/0/readinessProbe"}]'
kubectl rollout undo deployment/robot
kubectl wait --for=jsonpath='{.status.updatedReplicas}'=${robots} deployment/robot --timeout=180s
