#!/usr/bin/env bash
set -euo pipefail
kubectl apply -f /lab/solution/alarm.yaml
kubectl wait promrule/shop --for=jsonpath='{.status.alerts[0].state}'=firing --timeout=120s
