#!/usr/bin/env bash
# A class that sounds right and was never tried; a quota that sends nobody away; and the mailer mended where it does not belong to us.
set -euo pipefail
kubectl patch deployment shop --type=merge --patch '{"spec": {"template": {"spec": {"priorityClassName": "important"}}}}'
kubectl create quota share -n ${glutton} --hard=requests.memory=${share}Mi
kubectl wait --for=jsonpath='{.status.used.requests\.memory}' quota/share -n ${glutton} --timeout=30s
kubectl set resources deployment/mailer -n ${glutton} --requests=memory=100Mi
