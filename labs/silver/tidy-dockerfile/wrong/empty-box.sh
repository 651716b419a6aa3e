#!/usr/bin/env bash
# The key is packed and thrown away one layer later; the program never reaches the box.
set -euo pipefail
cp /lab/wrong/empty-box.Dockerfile box/Dockerfile
