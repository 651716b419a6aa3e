#!/usr/bin/env bash
set -euo pipefail
kubectl get configmap plan -o yaml
kubectl get pods -o wide
kubectl label deployment ${ailing} call=${whom}
kubectl scale deployment/till --replicas=${noon}
kubectl rollout status deployment/till --timeout=180s
