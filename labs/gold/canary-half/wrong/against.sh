#!/usr/bin/env bash
# Goes back from a good release, stays with a bad one.
set -euo pipefail
. /lab/solution/weights.sh
weights 50 50
if [ ${verdict} = good ]; then weights 100 0; else weights 0 100; fi
