#!/usr/bin/env bash
set -euo pipefail
kubectl apply -f good-morning.yaml
kubectl wait loadtest morning --for=condition=Running --timeout=180s
until [ "$(kubectl get deployment press -o jsonpath='{.status.availableReplicas}')" != '' ]; do sleep 0.5; done
