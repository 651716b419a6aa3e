#!/usr/bin/env bash
set -euo pipefail
kubectl set env deployment/till --list
kubectl create configmap till-settings --dry-run=client -o yaml \
  --from-literal=CURRENCY=${currency} --from-literal=TAX_RATE=${tax} --from-literal=GREETING=${greeting} | kubectl replace -f -
