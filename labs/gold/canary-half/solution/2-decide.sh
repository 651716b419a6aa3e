#!/usr/bin/env bash
set -euo pipefail
. /lab/solution/weights.sh
if [ "$(figure shop-next http_errors_per_second)" -gt 1000 ] || [ "$(figure shop-next http_request_seconds_p99)" -gt 600 ]; then
  weights 100 0
else
  kubectl scale deployment shop-next --replicas 3
  kubectl rollout status deployment shop-next --timeout=180s
  weights 0 100
fi
