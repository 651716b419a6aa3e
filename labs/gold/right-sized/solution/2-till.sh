#!/usr/bin/env bash
set -euo pipefail
kubectl patch deployment till --type=strategic --patch '
spec:
  template:
    spec:
      containers:
        - name: till
          resources:
            requests: {cpu: ${tillCpu}m, memory: ${tillMemory}Mi}
            limits: {cpu: ${tillCpu}m, memory: ${tillMemory}Mi}
        - name: receipts
          resources:
            requests: {cpu: 60m, memory: 70Mi}
            limits: {cpu: 60m, memory: 70Mi}'
kubectl rollout status deployment/till --timeout=180s
