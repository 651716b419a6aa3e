#!/usr/bin/env bash
set -euo pipefail
kubectl patch deployment counter --patch '
spec:
  template:
    spec:
      containers:
        - name: counter
          readinessProbe:
            httpGet: {path: /${open}, port: 8080}
            periodSeconds: 1'
kubectl rollout status deployment/counter --timeout=180s
kubectl rollout status deployment/broth --timeout=180s
