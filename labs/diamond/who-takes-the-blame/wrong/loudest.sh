#!/usr/bin/env bash
# Everybody whom somebody has named: the neighbour is made smaller, the release taken back, then made anew; the alarm
# always rings, and the breaker stands before the database.
set -euo pipefail
sed 's/expr: .*/expr: vector(1)/' /lab/solution/alarm.yaml | kubectl apply -f -
sed 's/name: redis }/name: database }/' /lab/solution/breaker.yaml | kubectl apply -f -
kubectl set resources daemonset/batch -n ${neighbour} --limits=cpu=900m
kubectl delete deployment/shop
kubectl apply -f /lab/given/night.yaml
until [[ $(kubectl get promrule shop -o jsonpath='{.status.alerts[*].state}') == *firing* ]]; do sleep 0.5; done
