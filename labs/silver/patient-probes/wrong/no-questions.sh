#!/usr/bin/env bash
# Instead of a startup probe the liveness probe begins late, and asks whether anybody at all is there.
set -euo pipefail
kubectl patch deployment broth --patch '
spec:
  template:
    spec:
      containers:
        - name: broth
          livenessProbe:
            httpGet: {path: /}
            initialDelaySeconds: 30'
kubectl rollout status deployment/broth --timeout=180s
