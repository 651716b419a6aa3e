package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"
)

// node is what the network of a cluster needs to know of a Node.
type node struct {
	Metadata struct {
		Name            string `json:"name"`
		ResourceVersion string `json:"resourceVersion"`
	} `json:"metadata"`
	Spec struct {
		PodCIDR string `json:"podCIDR"`
	} `json:"spec"`
	Status struct {
		Addresses []struct {
			Type    string `json:"type"`
			Address string `json:"address"`
		} `json:"addresses"`
	} `json:"status"`
}

func (n node) internalIP() string {
	for _, address := range n.Status.Addresses {
		if address.Type == "InternalIP" {
			return address.Address
		}
	}
	return ""
}

// watchNodes lists once, then watches until the stream ends. The credentials are read anew each time: the kubelet renews them.
func watchNodes(ctx context.Context, ownOnly bool, set func(string, map[string]node) error) error {
	server, name, client, err := connect()
	if errors.Is(err, os.ErrNotExist) {
		return nil // Not joined yet.
	}
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	var list struct {
		Metadata struct {
			ResourceVersion string `json:"resourceVersion"`
		} `json:"metadata"`
		Items []node `json:"items"`
	}
	query := url.Values{}
	if ownOnly {
		query.Set("fieldSelector", "metadata.name="+name)
	}
	body, err := get(ctx, client, server, query)
	if err != nil {
		return err
	}
	err = json.NewDecoder(body).Decode(&list)
	body.Close()
	if err != nil {
		return err
	}
	known := map[string]node{}
	for _, item := range list.Items {
		known[item.Metadata.Name] = item
	}
	if err := set(name, known); err != nil {
		return err
	}
	query.Set("watch", "1")
	query.Set("resourceVersion", list.Metadata.ResourceVersion)
	// An end now and then makes a connection that fell silent no worse than late.
	query.Set("timeoutSeconds", "300")
	body, err = get(ctx, client, server, query)
	if err != nil {
		return err
	}
	defer body.Close()
	for stream := json.NewDecoder(body); ; {
		var event struct {
			Type   string `json:"type"`
			Object node   `json:"object"`
		}
		if err := stream.Decode(&event); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		switch event.Type {
		case "ADDED", "MODIFIED":
			known[event.Object.Metadata.Name] = event.Object
		case "DELETED":
			delete(known, event.Object.Metadata.Name)
		case "ERROR":
			return errors.New("the watch ended: listing anew")
		}
		if err := set(name, known); err != nil {
			return err
		}
	}
}

func get(ctx context.Context, client *http.Client, server string, query url.Values) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server+"/api/v1/nodes?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		response.Body.Close()
		return nil, fmt.Errorf("the API server answered %s", response.Status)
	}
	return response.Body, nil
}

// connect reads the kubelet's kubeconfig: kubeadm writes one cluster and one user, each field on a line of its own. It gives
// the server, the Node's name as the kubelet's certificate has it, and a client.
func connect() (string, string, *http.Client, error) {
	content, err := os.ReadFile(kubeconfig)
	if err != nil {
		return "", "", nil, err
	}
	server := field(content, "server")
	authority, err := dataOrFile(content, "certificate-authority")
	if err != nil {
		return "", "", nil, err
	}
	certificate, err := dataOrFile(content, "client-certificate")
	if err != nil {
		return "", "", nil, err
	}
	key, err := dataOrFile(content, "client-key")
	if err != nil {
		return "", "", nil, err
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return "", "", nil, err
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return "", "", nil, err
	}
	name := strings.TrimPrefix(leaf.Subject.CommonName, "system:node:")
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	transport := &http.Transport{
		TLSClientConfig:       &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12},
		ResponseHeaderTimeout: 10 * time.Second,
		TLSHandshakeTimeout:   5 * time.Second,
		ForceAttemptHTTP2:     true,
	}
	return strings.TrimSuffix(server, "/"), name, &http.Client{Transport: transport}, nil
}

func field(content []byte, name string) string {
	match := regexp.MustCompile(`(?m)^\s*` + name + `:\s*(\S+)\s*$`).FindSubmatch(content)
	if match == nil {
		return ""
	}
	return string(match[1])
}

func dataOrFile(content []byte, name string) ([]byte, error) {
	if data := field(content, name+"-data"); data != "" {
		return base64.StdEncoding.DecodeString(data)
	}
	return os.ReadFile(field(content, name))
}
