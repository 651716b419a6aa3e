#!/usr/bin/env bash
# The counter stands where everything stands; by which of two words, the seed has drawn.
set -euo pipefail
case ${tie} in
  selector) words='nodeSelector: {kubernetes.io/hostname: ${doomed}}' ;;
  companion) words='affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: ledger}}}]}}' ;;
esac
kubectl create -f - <<END
apiVersion: apps/v1
kind: Deployment
metadata:
  name: counter
  namespace: ${namespace}
  labels: {app: counter}
spec:
  replicas: 6
  strategy: {rollingUpdate: {maxSurge: 100%, maxUnavailable: 0}}
  selector: {matchLabels: {app: counter}}
  template:
    metadata: {labels: {app: counter}}
    spec:
      $words
      terminationGracePeriodSeconds: 2
      containers:
        - name: counter
          image: registry.example/counter:1.0
          ports: [{containerPort: 8080}]
          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
END
