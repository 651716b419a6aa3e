#!/usr/bin/env bash
# The right names on a closed stall: no Pod, no ErrImagePull, no soup.
set -euo pipefail
kubectl set image deployment/${broken} box=registry.example/${broken}:${good}
kubectl scale deployment/${broken} --replicas=0
kubectl set image deployment/juice box=registry.example/juice:${good}
kubectl scale deployment/juice --replicas=0
kubectl wait --for=delete pod -l app=juice --timeout=180s
