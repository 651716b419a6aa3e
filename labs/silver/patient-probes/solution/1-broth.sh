#!/usr/bin/env bash
set -euo pipefail
kubectl describe pod -l app=broth
kubectl patch deployment broth --patch '
spec:
  template:
    spec:
      containers:
        - name: broth
          startupProbe:
            httpGet: {path: /healthz, port: 8080}
            periodSeconds: 1
            failureThreshold: '$((${warm} + 2))'
          livenessProbe:
            httpGet: {path: /healthz}'
