#!/usr/bin/env bash
# Somebody turns the light off, and nobody turns it on.
set -euo pipefail
kubectl scale deployment/press --replicas=0
kubectl patch nodepool press --type=merge --patch '{"spec": {"min": 0}}'
kubectl wait deployment/press --for=jsonpath='{.spec.replicas}'=0 --timeout=180s
kubectl apply -f good-morning.yaml
kubectl wait loadtest morning --for=condition=Running --timeout=180s
