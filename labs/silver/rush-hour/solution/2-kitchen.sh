#!/usr/bin/env bash
set -euo pipefail
kubectl scale deployment/kitchen --replicas=${cooks}
