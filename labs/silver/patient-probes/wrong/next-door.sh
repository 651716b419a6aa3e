#!/usr/bin/env bash
# More than a minute for a start, and then the liveness probe knocks next door: ready, and killed three seconds later.
set -euo pipefail
kubectl patch deployment broth --patch '
spec:
  template:
    spec:
      containers:
        - name: broth
          startupProbe:
            httpGet: {path: /healthz, port: 8080}
            periodSeconds: 1
            failureThreshold: 61
          livenessProbe:
            httpGet: {path: /healthz, port: 8081}'
kubectl patch deployment counter --patch '
spec:
  template:
    spec:
      containers:
        - name: counter
          readinessProbe:
            httpGet: {path: /, port: 8080}
            periodSeconds: 1'
kubectl rollout status deployment/broth --timeout=180s
kubectl wait --for=jsonpath='{.status.containerStatuses[0].restartCount}'=1 pod -l app=broth --timeout=180s
