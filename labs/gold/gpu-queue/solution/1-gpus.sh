#!/usr/bin/env bash
set -euo pipefail
. /lab/solution/steps.sh
rent 2
serve "$right" 1
