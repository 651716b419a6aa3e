#!/usr/bin/env bash
# A kettle for each team, and a shelf that is full: for one of two reasons.
set -euo pipefail

for team in marketing finance legal; do
  kubectl create deployment kettle --image=registry.example/kettle:1.0 --namespace="$team"
done

case ${fullBy} in
  pods) hard=pods=3 ;;
  memory) hard=requests.memory=192Mi ;;
esac
kubectl create quota house-rules --hard="$hard" --namespace=pantry
kubectl wait quota/house-rules --for=jsonpath='{.status.hard}' --namespace=pantry --timeout=180s
kubectl apply --namespace=pantry -f - <<YAML
apiVersion: apps/v1
kind: Deployment
metadata:
  name: jars
spec:
  replicas: 5
  selector:
    matchLabels: {app: jars}
  template:
    metadata:
      labels: {app: jars}
    spec:
      containers:
        - name: jar
          image: registry.example/jar:1.0
          resources:
            requests: {memory: 64Mi}
YAML
