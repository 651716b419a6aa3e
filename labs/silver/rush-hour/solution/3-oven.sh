#!/usr/bin/env bash
# Only one of the three is wrong; the others are said again as they are.
set -euo pipefail
kubectl describe pod -l app=oven
kubectl patch deployment oven --patch '
spec:
  template:
    spec:
      nodeSelector: null
      containers: [{name: oven, image: "registry.example/oven:2.0", resources: {requests: {cpu: 50m}}}]'
