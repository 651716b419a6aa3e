package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
)

const (
	configFile = "/etc/cni/net.d/10-node-network.conflist"
	// protocol marks the routes that are ours, see ip-route(8); any number that nobody else uses.
	protocol = "177"
	chain    = "NODE-NETWORK"
)

// network brings the host's settings into line with the Nodes.
type network struct {
	mutex sync.Mutex
	done  map[string]string
}

// once runs an action unless it was the last of its kind to be done.
func (n *network) once(kind, wanted string, action func() error) error {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if n.done[kind] == wanted {
		return nil
	}
	if err := action(); err != nil {
		return err
	}
	n.done[kind] = wanted
	return nil
}

// setOwn writes the CNI configuration: from then on the Node is Ready.
func (n *network) setOwn(own string, nodes map[string]node) error {
	cidr := nodes[own].Spec.PodCIDR
	if cidr == "" {
		return nil
	}
	config := fmt.Sprintf(`{"cniVersion":"0.4.0","name":"kindnet","plugins":[
 {"type":"ptp","ipMasq":false,"mtu":%d,"ipam":{"type":"host-local","dataDir":"/run/cni-ipam-state","routes":[{"dst":"0.0.0.0/0"}],"ranges":[[{"subnet":%q}]]}},
 {"type":"portmap","capabilities":{"portMappings":true}}]}
`, mtu(), cidr)
	return n.once("config", config, func() error {
		if err := n.masquerade(cidr, []string{cidr}); err != nil {
			return err
		}
		// The kubelet must not see half a file, and reads no name that begins with a dot.
		part := filepath.Join(filepath.Dir(configFile), ".part")
		if err := os.WriteFile(part, []byte(config), 0o644); err != nil {
			return err
		}
		return os.Rename(part, configFile)
	})
}

// setAll adds a route to each other Node's pods and removes those to Nodes that are gone.
func (n *network) setAll(self string, nodes map[string]node) error {
	wanted := map[string]string{}
	var cidrs []string
	for name, other := range nodes {
		if other.Spec.PodCIDR == "" {
			continue
		}
		cidrs = append(cidrs, other.Spec.PodCIDR)
		if address := other.internalIP(); name != self && address != "" {
			wanted[other.Spec.PodCIDR] = address
		}
	}
	sort.Strings(cidrs)
	own := nodes[self].Spec.PodCIDR
	return n.once("routes", fmt.Sprint(own, cidrs, wanted), func() error {
		if own != "" {
			if err := n.masquerade(own, cidrs); err != nil {
				return err
			}
		}
		for cidr, address := range wanted {
			if _, err := run("", "ip", "route", "replace", cidr, "via", address, "proto", protocol); err != nil {
				return err
			}
		}
		routes, err := run("", "ip", "route", "show", "proto", protocol)
		if err != nil {
			return err
		}
		for _, line := range strings.Split(routes, "\n") {
			fields := strings.Fields(line)
			if len(fields) == 0 {
				continue
			}
			if _, ok := wanted[fields[0]]; !ok {
				if _, err := run("", "ip", "route", "del", fields[0], "proto", protocol); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// masquerade hides pods behind the node's address where they talk to what is no pod. Other pods see them as they are.
func (n *network) masquerade(own string, cidrs []string) error {
	rules := "*nat\n:" + chain + " - [0:0]\n"
	for _, cidr := range cidrs {
		rules += fmt.Sprintf("-A %s -d %s -j RETURN\n", chain, cidr)
	}
	rules += fmt.Sprintf("-A %s -m addrtype --dst-type LOCAL -j RETURN\n-A %s -s %s -j MASQUERADE\nCOMMIT\n", chain, chain, own)
	if _, err := run(rules, "iptables-restore", "--wait", "5", "--noflush"); err != nil {
		return err
	}
	return ensureRule("nat", "POSTROUTING", "-j", chain)
}

func mtu() int {
	if device, err := net.InterfaceByName("eth0"); err == nil {
		return device.MTU
	}
	return 1500
}

func run(input string, name string, args ...string) (string, error) {
	command := exec.Command(name, args...)
	command.Stdin = strings.NewReader(input)
	var out, words bytes.Buffer
	command.Stdout, command.Stderr = &out, &words
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(words.String()))
	}
	return out.String(), nil
}
