#!/usr/bin/env bash
# A third box is no replacement, a box that was guessed is still too small, and any other program does not do the errand.
set -euo pipefail
kubectl scale deployment/counter --replicas=3
kubectl rollout status deployment/counter --timeout=180s
kubectl set resources deployment/${tight} --limits=memory=80Mi
kubectl delete deployment ${errand}
kubectl create job ${errand} --image=registry.example/${dish}:1.0 -- true
kubectl wait --for=condition=Complete job/${errand} --timeout=180s
