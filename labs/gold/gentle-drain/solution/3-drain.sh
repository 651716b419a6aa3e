#!/usr/bin/env bash
set -euo pipefail
kubectl drain ${tired} --ignore-daemonsets --timeout=120s
kubectl rollout status deployment/${app} --timeout=180s
