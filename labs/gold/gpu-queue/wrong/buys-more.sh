#!/usr/bin/env bash
set -euo pipefail
. /lab/solution/steps.sh
rent 3
kubectl scale deployment model --replicas 3
serve "$right" 1
