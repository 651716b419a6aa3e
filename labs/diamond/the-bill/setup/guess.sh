#!/usr/bin/env bash
# Twelve Pods of a size that somebody once guessed: too much ${waste}.
set -euo pipefail
case ${waste} in
  cpu) cpu=2 memory=512Mi ;;
  memory) cpu=1 memory=8000Mi ;;
esac
for name in shop reports; do
  cat <<END
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: $name, namespace: ${namespace}, labels: {may: go}}
spec:
  replicas: 6
  strategy: {rollingUpdate: {maxSurge: 3, maxUnavailable: 0}}
  selector: {matchLabels: {app: $name}}
  template:
    metadata: {labels: {app: $name}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: $name
          image: registry.example/$name:3.0
          resources: {requests: {cpu: "$cpu", memory: $memory}}
END
  [ $name = reports ] || cat <<END
          ports: [{containerPort: 8080}]
          readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
END
done | kubectl create -f -
