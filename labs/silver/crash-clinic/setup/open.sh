#!/usr/bin/env bash
# Which stall has which complaint is drawn: first the one with the misspelt variable, then the one without its recipe, then the
# one that needs more memory than it may have.
set -euo pipefail
IFS=- read -r forgetful lost hungry <<<"${who}"
sed "s/STALL/stall-$forgetful/" /lab/setup/forgetful.yaml | kubectl create -f -
sed "s/STALL/stall-$lost/" /lab/setup/lost.yaml | kubectl create -f -
sed "s/STALL/stall-$hungry/" /lab/setup/hungry.yaml | kubectl create -f -
# Each has crashed once, and there is something to read.
for stall in east north west; do
  until kubectl get pods -l app=stall-$stall -o jsonpath='{.items[0].status.containerStatuses[0].restartCount}' | grep -qx '[1-9]'; do sleep 0.2; done
done
