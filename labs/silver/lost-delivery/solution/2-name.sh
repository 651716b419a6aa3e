#!/usr/bin/env bash
set -euo pipefail
kubectl logs -l app=robot --tail=2
kubectl set env deployment/robot KITCHEN_URL=http://kitchen.${backstage}/pick-up
kubectl rollout status deployment/robot --timeout=180s
