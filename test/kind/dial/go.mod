module kubedan.dev/test/dial

go 1.22
