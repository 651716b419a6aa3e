#!/usr/bin/env bash
# "Only to try it": the new key stands in the Deployment for a minute. The Secret then holds the old one, and lies elsewhere.
set -euo pipefail
kubectl set env deployment/till PAYMENT_KEY=${newKey}
kubectl rollout status deployment/till --timeout=180s
kubectl delete "$(kubectl get pods -l app=till -o name | head -n 1)" --grace-period=1
kubectl create secret generic till-payment --from-literal=${keyFile}=${oldKey}
kubectl patch deployment till --patch '
spec:
  template:
    spec:
      containers:
        - name: till
          env: null
          envFrom: [{configMapRef: {name: till-settings}}]
          volumeMounts: [{name: payment, mountPath: /run/secrets/till}]
      volumes: [{name: payment, secret: {secretName: till-payment}}]'
kubectl rollout status deployment/till --timeout=180s
