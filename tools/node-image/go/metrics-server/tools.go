//go:build tools

// Package tools pins what metrics-server is built from; go.sum is the proof.
package tools

import _ "sigs.k8s.io/metrics-server/cmd/metrics-server"
