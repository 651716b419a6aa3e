#!/usr/bin/env bash
set -euo pipefail
# The autoscaler empties what is no longer needed.
until [ "$(kubectl get nodes -l world.kubedan.dev/node-pool=main -o name | wc -l)" = 1 ]; do sleep 1; done
