#!/usr/bin/env bash
set -euo pipefail
kubectl create priorityclass guests-first --value=1 --description='Whom guests wait for.'
kubectl patch deployment shop --type=merge --patch '{"spec": {"template": {"spec": {"priorityClassName": "guests-first"}}}}'
kubectl rollout status deployment/shop --timeout=180s
