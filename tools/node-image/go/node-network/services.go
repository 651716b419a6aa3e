package main

import (
	"context"
	"log"
	"os"
	"strings"
	"time"
)

// kubeadmConfig is where kind puts it, before kubeadm runs.
const kubeadmConfig = "/kind/kubeadm.conf"

// keepServicesIn refuses what is still addressed to a Service after the packet filter's translation: until kube-proxy knows
// the Service it would leave through the default route, and whoever answers there would be taken for it.
func keepServicesIn(ctx context.Context) {
	for ctx.Err() == nil {
		if content, err := os.ReadFile(kubeadmConfig); err == nil {
			if subnet := strings.Trim(field(content, "serviceSubnet"), `"`); subnet != "" {
				for _, chain := range []string{"OUTPUT", "FORWARD"} {
					if err := ensureRule("filter", chain, "-d", subnet, "-j", "REJECT"); err != nil {
						log.Print(err)
					}
				}
			}
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// ensureRule appends a rule to the packet filter unless it is there.
func ensureRule(table, chain string, rule ...string) error {
	with := func(action string) []string {
		return append([]string{"-w", "5", "-t", table, action, chain}, rule...)
	}
	if _, err := run("", "iptables", with("-C")...); err == nil {
		return nil
	}
	_, err := run("", "iptables", with("-A")...)
	return err
}
