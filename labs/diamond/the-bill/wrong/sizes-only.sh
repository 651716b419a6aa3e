#!/usr/bin/env bash
# Sizes that fit, but one Pod of the reports less; machines that nobody takes back, at their full price; and half of the shop may go at once.
set -euo pipefail
kubectl create pdb shop --selector=app=shop --min-available=3
for name in shop reports; do kubectl set resources deployment/$name --requests=cpu=1,memory=256Mi; done
kubectl scale deployment/reports --replicas=5
kubectl patch nodepool main --type=merge --patch '{"spec": {"min": 0}}'
for name in shop reports; do kubectl rollout status deployment $name --timeout=180s; done
