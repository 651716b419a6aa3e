#!/usr/bin/env bash
set -euo pipefail
. /lab/solution/steps.sh
rent 2
serve "$other" 1
limit "$let_in"
go_viral "$busy"
