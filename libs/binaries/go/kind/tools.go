//go:build tools

// Package binaries pins what `go build` makes kind from; go.sum is the proof.
package binaries

import _ "sigs.k8s.io/kind"
