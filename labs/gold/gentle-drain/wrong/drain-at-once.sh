#!/usr/bin/env bash
# All Pods sit on the node, and nothing holds the drain back.
set -euo pipefail
kubectl drain ${tired} --ignore-daemonsets --timeout=180s
