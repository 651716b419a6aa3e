#!/usr/bin/env bash
# Where nobody drives, nothing smokes.
set -euo pipefail
kubectl delete pod courier-${tail} --grace-period=1
kubectl scale deployment/courier --replicas=0
kubectl wait --for=delete pod -l app=courier --timeout=180s
