#!/usr/bin/env bash
# Last night's release, as it happened: the good version first, then the bad one on top, so that there is a history.
set -euo pipefail
kubectl rollout status deployment/web --timeout=180s
kubectl patch deployment web --type=strategic --patch '
metadata: {annotations: {kubernetes.io/change-cause: "release ${failing}, shipped at 23:55"}}
spec: {template: {spec: {containers: [{name: web, image: "registry.example/web:${failing}"}]}}}'
