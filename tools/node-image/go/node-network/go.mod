module kubedan.dev/node-image/node-network

go 1.25.0
