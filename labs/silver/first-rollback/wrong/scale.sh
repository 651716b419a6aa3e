#!/usr/bin/env bash
# No Pods, no broken Pods.
set -euo pipefail
kubectl scale deployment/web --replicas=0
kubectl wait --for=delete pod -l app=web --timeout=180s
