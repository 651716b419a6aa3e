#!/usr/bin/env bash
set -euo pipefail
kubectl apply -f /lab/solution/alarm.yaml
until [[ $(kubectl get promrule shop -o jsonpath='{.status.alerts[*].state}') == *firing* ]]; do sleep 0.5; done
