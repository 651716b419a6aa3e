#!/usr/bin/env bash
# The Deployment brings back whatever its template says.
set -euo pipefail
kubectl delete pod -l app=web
