#!/usr/bin/env bash
# Two FROMs, one kitchen. The key is lent to the wrong step, and the Pods are left as they are.
set -euo pipefail
cp /lab/wrong/same-kitchen.Dockerfile box/Dockerfile
