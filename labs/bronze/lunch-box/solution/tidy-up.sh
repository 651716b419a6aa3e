#!/usr/bin/env bash
set -euo pipefail
box=$(kubectl get pods -l app=counter -o jsonpath='{.items[0].metadata.name}')
kubectl delete pod "$box"
kubectl set resources deployment/${tight} --limits=memory=256Mi
kubectl rollout status deployment/${tight} --timeout=180s
kubectl delete deployment ${errand}
kubectl create job ${errand} --image=registry.example/${errand}:1.0
kubectl wait --for=condition=Complete job/${errand} --timeout=180s
