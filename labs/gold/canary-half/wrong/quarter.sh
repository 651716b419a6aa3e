#!/usr/bin/env bash
# Stops half-way, and saves a Pod where the guests have left.
set -euo pipefail
. /lab/solution/weights.sh
weights 75 25
kubectl scale deployment shop --replicas 2
