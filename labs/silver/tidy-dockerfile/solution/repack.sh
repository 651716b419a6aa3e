#!/usr/bin/env bash
set -euo pipefail
cp /lab/solution/Dockerfile box/Dockerfile
echo modules.token >>box/.dockerignore
kubectl patch deployment ${app} --patch '{"spec": {"template": {"spec": {"securityContext": {"runAsUser": ${uid}}}}}}'
kubectl rollout status deployment/${app} --timeout=180s
