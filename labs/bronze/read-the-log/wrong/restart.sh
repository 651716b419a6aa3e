#!/usr/bin/env bash
# The cause is still there when the new Pod comes; and the first ERROR in the log is another order's, which was delivered.
set -euo pipefail
kubectl rollout restart deployment/${asleep}
kubectl delete pod -l app=${asleep}
kubectl label job tally lost-order=4902
