#!/usr/bin/env bash
set -euo pipefail
kubectl create secret generic till-payment --from-file=${keyFile}=new-payment-key.txt
