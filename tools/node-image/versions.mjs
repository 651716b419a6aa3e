// What the node image is made of. Kubernetes' and etcd's versions are those of libs/binaries.

/** Debian's name for the release whose packages make the root file system. */
export const debianRelease = 'bookworm';

/** Packages beyond those that every Debian has. */
export const debianPackages = [
  'busybox-static', // helper pods of the storage provisioner
  'ca-certificates',
  'catatonit', // the pause container: static, reaps what it is left with
  'conntrack',
  'containerd',
  'containernetworking-plugins',
  'dbus',
  'ethtool',
  'iproute2',
  'iptables',
  'jq',
  'kmod',
  'mount',
  'nftables',
  'procps',
  'runc',
  'socat',
  'systemd',
  'systemd-sysv',
];

/** Tags under which kubeadm of this Kubernetes looks for what is not Kubernetes': `kubeadm config images list`. */
export const kubeadmTags = { coredns: 'v1.13.1', etcd: '3.6.6-0', pause: '3.10.1' };

export const metricsServerVersion = 'v0.9.0';
export const localPathProvisionerVersion = 'v0.0.30';
