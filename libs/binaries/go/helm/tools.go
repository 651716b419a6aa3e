//go:build tools

// Package binaries pins what `go build` makes helm from; go.sum is the proof.
package binaries

import _ "helm.sh/helm/v4/cmd/helm"
