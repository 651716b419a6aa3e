#!/usr/bin/env bash
# A third box is no replacement, a pot that is not there needs no box, and any other program does not do the errand.
set -euo pipefail
kubectl scale deployment/counter --replicas=3
kubectl rollout status deployment/counter --timeout=60s
kubectl scale deployment/${tight} --replicas=0
kubectl delete deployment ${errand}
kubectl create job ${errand} --image=registry.example/${dish}:1.0 -- true
kubectl wait --for=condition=Complete job/${errand} --timeout=60s
