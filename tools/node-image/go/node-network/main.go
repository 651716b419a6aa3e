// Program node-network is the network of a node: it writes the CNI configuration for the Node's pod CIDR, keeps routes to
// the other Nodes' pods and the masquerade of what leaves the cluster, and answers the pods' DNS queries that go beyond it.
// It runs beside the kubelet, with the kubelet's own credentials.
package main

import (
	"context"
	"log"
	"os/signal"
	"syscall"
	"time"
)

const kubeconfig = "/etc/kubernetes/kubelet.conf"

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	go serveDNS(ctx)
	go keepServicesIn(ctx)
	host := &network{done: map[string]string{}}
	// The kubelet may always see its own Node; the others, once the cluster's role for that is there.
	go follow(ctx, true, host.setOwn)
	follow(ctx, false, host.setAll)
}

// follow lists and watches Nodes for ever and calls set with all that it knows after each change.
func follow(ctx context.Context, ownOnly bool, set func(string, map[string]node) error) {
	said := ""
	for ctx.Err() == nil {
		err := watchNodes(ctx, ownOnly, set)
		if err != nil && ctx.Err() == nil && err.Error() != said {
			said = err.Error()
			log.Printf("watching Nodes: %v", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(250 * time.Millisecond):
		}
	}
}
