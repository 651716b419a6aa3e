#!/usr/bin/env bash
# The oven does not start, for a reason that the seed has drawn.
set -euo pipefail
image=registry.example/oven:2.0 selector='{}' cpu=50m
case ${cause} in
  image) image=registry.example/oven:2.O ;;
  node) selector='{heat: gas}' ;;
  size) cpu=400 ;;
esac
sed "s#IMAGE#$image#; s#NODE_SELECTOR#$selector#; s#CPU#'$cpu'#" /lab/setup/oven.yaml | kubectl create -f -
