#!/usr/bin/env bash
# The last stage has the compiler on board; and the platform's rule is lifted "for a minute", until the Pods run.
set -euo pipefail
cp /lab/wrong/stove-shipped.Dockerfile box/Dockerfile
kubectl patch deployment ${app} --patch '{"spec": {"template": {"spec": {"securityContext": {"runAsNonRoot": false}}}}}'
kubectl rollout status deployment/${app} --timeout=180s
kubectl patch deployment ${app} --patch '{"spec": {"template": {"spec": {"securityContext": {"runAsNonRoot": true, "runAsUser": ${uid}}}}}}'
kubectl rollout status deployment/${app} --timeout=180s
