#!/usr/bin/env bash
# Two stages, and in each a handful of the old habits; the Pods run as anybody but root.
set -euo pipefail
cp /lab/wrong/scribbled.Dockerfile box/Dockerfile
kubectl patch deployment ${app} --patch '{"spec": {"template": {"spec": {"securityContext": {"runAsUser": 1000}}}}}'
kubectl rollout status deployment/${app} --timeout=180s
