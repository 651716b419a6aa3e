#!/usr/bin/env bash
# The ConfigMap was never used, and one of its values has been overtaken by life.
set -euo pipefail
kubectl patch configmap till-settings --type=merge --patch '{"data": {"${stale}": "${outdated}"}}'
