#!/usr/bin/env bash
# The kitchen as somebody left it last night: ${oversized} asks for more ${slip} than any node has, the other machine gets less
# memory than it fills.
set -euo pipefail

# @param name, replicas, requests, limits
machine() {
  cat <<END
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: $1
  namespace: ${namespace}
  labels: {app: $1, line: kitchen}
spec:
  replicas: $2
  strategy: {type: Recreate}
  selector: {matchLabels: {app: $1}}
  template:
    metadata: {labels: {app: $1, line: kitchen}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: $1
          image: registry.example/$1:1.0
          resources: {requests: {$3}, limits: {$4}}
END
}

case ${slip} in
  # The "m" is missing: whole cores instead of thousandths.
  cpu) oven='cpu: "${ovenCpu}", memory: ${ovenMemory}Mi' mixer='cpu: "${mixerCpu}", memory: ${mixerMemory}Mi' ;;
  # A number of bytes, with the unit of mebibytes.
  memory) oven="cpu: ${ovenCpu}m, memory: $((${ovenMemory} << 20))Mi" mixer="cpu: ${mixerCpu}m, memory: $((${mixerMemory} << 20))Mi" ;;
esac
case ${oversized} in
  oven)
    starving=mixer
    { machine oven 2 "$oven" ''; machine mixer 1 'cpu: ${mixerCpu}m, memory: 48Mi' 'memory: 64Mi'; } | kubectl create -f - ;;
  mixer)
    starving=oven
    { machine mixer 1 "$mixer" ''; machine oven 2 'cpu: ${ovenCpu}m, memory: 48Mi' 'memory: 64Mi'; } | kubectl create -f - ;;
esac

# Nobody is handed a kitchen that has not gone wrong yet.
kubectl wait --for=jsonpath='{.status.replicas}' deployment/$starving --timeout=30s
kubectl wait --for=jsonpath='{.status.containerStatuses[0].lastState.terminated.exitCode}'=137 pod -l app=$starving --timeout=180s
