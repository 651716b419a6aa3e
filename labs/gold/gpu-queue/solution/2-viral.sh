#!/usr/bin/env bash
set -euo pipefail
. /lab/solution/steps.sh
limit "$let_in"
go_viral "$promised"
