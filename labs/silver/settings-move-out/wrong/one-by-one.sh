#!/usr/bin/env bash
# Each setting is named by hand, one Pod less, the new release runs in a Pod of its own, and what lies at /etc/till is a ConfigMap.
set -euo pipefail
kubectl create configmap till-payment --from-file=${keyFile}=new-payment-key.txt
kubectl create secret generic till-payment --from-file=key=new-payment-key.txt
kubectl patch deployment till --patch '
spec:
  template:
    spec:
      containers:
        - name: till
          env:
            - {name: CURRENCY, value: null, valueFrom: {configMapKeyRef: {name: till-settings, key: CURRENCY}}}
            - {name: TAX_RATE, value: null, valueFrom: {configMapKeyRef: {name: till-settings, key: TAX_RATE}}}
            - {name: GREETING, value: null, valueFrom: {configMapKeyRef: {name: till-settings, key: GREETING}}}
            - {name: PAYMENT_KEY, $patch: delete}
          volumeMounts: [{name: not-secret, mountPath: /etc/till}]
      volumes:
        - {name: not-secret, configMap: {name: till-payment}}
        - {name: payment, secret: {secretName: till-payment}}'
kubectl rollout status deployment/till --timeout=180s
kubectl create -f - <<POD
apiVersion: v1
kind: Pod
metadata: {name: till-by-hand, labels: {app: till}}
spec:
  containers:
    - name: till
      image: registry.example/till:2.0
      envFrom: [{configMapRef: {name: till-settings}}]
      volumeMounts: [{name: key, mountPath: /etc/till}]
  volumes: [{name: key, configMap: {name: till-payment}}]
POD
kubectl scale deployment/till --replicas=$((${replicas} - 1))
kubectl wait --for=condition=Ready pod/till-by-hand --timeout=180s
kubectl wait --for=jsonpath='{.status.replicas}'=$((${replicas} - 1)) deployment/till --timeout=180s
