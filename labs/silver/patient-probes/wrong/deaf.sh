#!/usr/bin/env bash
# A second short, a liveness probe that asks something else and takes its time, a counter thrown out to see whether it comes back,
# and a readiness probe at a door that never opens.
set -euo pipefail
kubectl delete "$(kubectl get pods -l app=counter -o name | head -n 1)" --grace-period=1
kubectl rollout status deployment/counter --timeout=180s
kubectl patch deployment broth --patch '
spec:
  template:
    spec:
      containers:
        - name: broth
          startupProbe:
            httpGet: {path: /healthz, port: 8080}
            periodSeconds: 1
            failureThreshold: '$((${warm} + 1))'
          livenessProbe:
            httpGet: {path: /healthz}
            failureThreshold: 4'
kubectl patch deployment counter --patch '
spec:
  template:
    spec:
      containers:
        - name: counter
          readinessProbe:
            httpGet: {path: /${open}, port: 8081}
            periodSeconds: 1'
kubectl wait --for=jsonpath='{.status.updatedReplicas}'=1 deployment/counter --timeout=180s
kubectl rollout status deployment/broth --timeout=180s
