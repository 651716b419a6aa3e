#!/usr/bin/env bash
set -euo pipefail
. /lab/solution/weights.sh
weights 50 50
# Figures look back ten seconds: once the new one has had its half for so long, both had the same.
until [ "$(figure shop-next http_requests_per_second)" -gt 34000 ]; do sleep 0.5; done
