#!/usr/bin/env bash
set -euo pipefail
kubectl patch deployment till --patch '
spec:
  template:
    spec:
      containers:
        - name: till
          image: registry.example/till:2.0
          env: null
          envFrom: [{configMapRef: {name: till-settings}}]
          volumeMounts: [{name: payment, mountPath: /etc/till, readOnly: true}]
      volumes: [{name: payment, secret: {secretName: till-payment}}]'
kubectl rollout status deployment/till --timeout=180s
