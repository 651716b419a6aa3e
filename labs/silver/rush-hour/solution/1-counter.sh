#!/usr/bin/env bash
set -euo pipefail
kubectl get endpointslices,pods --show-labels
kubectl patch service counter --patch '{"spec": {"selector": {"shift": "day"}}}'
