//go:build tools

// Package tools pins what local-path-provisioner is built from; go.sum is the proof.
package tools

import _ "github.com/rancher/local-path-provisioner"
