#!/usr/bin/env bash
# Who calls everybody about everything is not heard. And one till too many stands idle, on somebody's bill.
set -euo pipefail
kubectl label deployment ${ailing} night-shift call=${whom}
kubectl scale deployment/till --replicas=$((${noon} + 1))
kubectl rollout status deployment/till --timeout=180s
