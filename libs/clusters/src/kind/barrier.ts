/** Pods' and Services' addresses inside a cluster; each cluster has its own, so all may have the same. */
export const podRange = '10.244.0.0/16';
export const serviceRange = '10.96.0.0/16';
/** Of the Service `kubernetes`: the first of the range. */
export const apiServiceAddress = '10.96.0.1';

/**
 * What keeps a cluster to itself, as a script that a node runs before its kubelet: from pods, and from whatever the API
 * server is told to dial, only this cluster's pods and nodes can be reached; neither the host, nor other clusters, nor the
 * Internet. A table of its own: kube-proxy and CNI plug-ins change only theirs, and a refusal in any table is final.
 *
 * The rules stand behind address translation, so a Service whose endpoints a learner wrote by hand leads nowhere else.
 */
export const barrierScript = `#!/bin/sh
set -eu
device=$(ip -4 route show default | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p' | head -n 1)
gateway=$(ip -4 route show default | sed -n 's/.* via \\([^ ]*\\).*/\\1/p' | head -n 1)
subnet=$(ip -4 route show dev "$device" scope link proto kernel | cut -d ' ' -f 1 | head -n 1)
test -n "$device" -a -n "$gateway" -a -n "$subnet"
nft -f - <<RULES
table inet kubedan
delete table inet kubedan
table inet kubedan {
  chain output {
    type filter hook output priority 10; policy accept;
    ct state established,related accept
    ip daddr { 127.0.0.0/8, ${podRange} } accept
    ip6 daddr ::1 accept
    # Its own address leads back to the node itself.
    fib daddr type local accept
    ip daddr $gateway reject
    ip daddr $subnet accept
    reject
  }
  chain input {
    type filter hook input priority 10; policy accept;
    iifname { "lo", "$device" } accept
    ct state established,related accept
    tcp dport { 6443, 10250 } accept
    reject
  }
  chain forward {
    type filter hook forward priority 10; policy accept;
    ct state established,related accept
    ip daddr ${podRange} accept
    ip daddr $gateway reject
    ip daddr $subnet tcp dport { 6443, 10250, 30000-32767 } accept
    ip daddr $subnet udp dport 30000-32767 accept
    reject
  }
}
RULES
`;
