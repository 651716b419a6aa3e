#!/usr/bin/env bash
set -euo pipefail
helm rollback ${release} 1
kubectl rollout status deployment/${release} --timeout=180s
