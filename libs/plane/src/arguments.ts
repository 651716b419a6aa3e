import type { PlanePaths } from './plane-files.js';

/** An autoscaler may have no Pods at night (minReplicas 0, with a metric that is not of Pods); off by default until it is beta. */
const featureGates = '--feature-gates=HPAScaleToZero=true';

/** Names of Services are 10.96.0.0/16; nothing routes there. */
const serviceRange = '10.96.0.0/16';

/**
 * The arguments of etcd. It listens on two unix sockets in its working directory and on no port: a URL whose scheme is unix
 * takes host:port as the file's name, and absolute paths are refused.
 */
export function etcdArguments(paths: PlanePaths): string[] {
  return [
    `--data-dir=${paths.etcdData}`,
    '--listen-client-urls=unix://localhost:1',
    '--listen-peer-urls=unix://localhost:2',
    '--advertise-client-urls=http://localhost:1',
    '--initial-advertise-peer-urls=http://localhost:2',
    '--initial-cluster=default=http://localhost:2',
    // A crash of the machine may lose a plane; a crash of any process does not.
    '--unsafe-no-fsync',
    // A learner cannot fill the disk: 256 MiB, then writes are refused.
    '--quota-backend-bytes=268435456',
    '--snapshot-count=5000',
    // Alone in its cluster it need not wait for others: it elects itself within a quarter of a second.
    '--heartbeat-interval=25',
    '--election-timeout=125',
    '--log-level=warn',
  ];
}

export function apiServerArguments(paths: PlanePaths, port: number): string[] {
  return [
    `--etcd-servers=unix://${paths.etcdSocket}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    // Never dialled (no endpoint reconciler); without it the default route decides, and a laptop may have none.
    '--advertise-address=192.0.2.1',
    '--endpoint-reconciler-type=none',
    `--cert-dir=${paths.pki}`,
    `--client-ca-file=${paths.pkiFile('ca.crt')}`,
    `--tls-cert-file=${paths.pkiFile('server.crt')}`,
    `--tls-private-key-file=${paths.pkiFile('server.key')}`,
    `--kubelet-client-certificate=${paths.pkiFile('kubelet-client.crt')}`,
    `--kubelet-client-key=${paths.pkiFile('kubelet-client.key')}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${paths.pkiFile('tokens.pub')}`,
    `--service-account-signing-key-file=${paths.pkiFile('tokens.key')}`,
    `--service-cluster-ip-range=${serviceRange}`,
    '--authorization-mode=RBAC',
    '--anonymous-auth=false',
    '--allow-privileged=true',
    '--enable-logs-handler=false',
    '--enable-priority-and-fairness=false',
    '--profiling=false',
    `--egress-selector-config-file=${paths.egressConfig}`,
    `--audit-policy-file=${paths.auditPolicy}`,
    `--audit-log-path=${paths.auditLog}`,
    '--audit-log-maxsize=10',
    '--audit-log-maxbackup=2',
    '--shutdown-delay-duration=0s',
    featureGates,
  ];
}

export function controllerManagerArguments(paths: PlanePaths, nodeGraceSeconds: number): string[] {
  return [
    `--kubeconfig=${paths.kubeconfig('controller-manager')}`,
    '--secure-port=0',
    '--leader-elect=false',
    '--profiling=false',
    `--root-ca-file=${paths.pkiFile('ca.crt')}`,
    `--service-cluster-ip-range=${serviceRange}`,
    // Off: what nothing here needs, and what makes tokens out of Secrets, which would lend a learner the controllers' rights.
    `--controllers=${['*', ...controllersOff.map((name) => `-${name}`)].join(',')}`,
    `--node-monitor-grace-period=${nodeGraceSeconds}s`,
    featureGates,
    // Within what an operator may set, but livelier than 15 s and 5 min: a lab takes minutes. See docs/metrics.md.
    '--horizontal-pod-autoscaler-sync-period=5s',
    '--horizontal-pod-autoscaler-downscale-stabilization=60s',
    '--kube-api-qps=200',
    '--kube-api-burst=400',
    `--flex-volume-plugin-dir=${paths.dir}/none`,
  ];
}

const controllersOff = [
  'bootstrap-signer-controller',
  'certificatesigningrequest-approving-controller',
  'certificatesigningrequest-cleaner-controller',
  'certificatesigningrequest-signing-controller',
  'cloud-node-lifecycle-controller',
  'device-taint-eviction-controller',
  'kube-apiserver-serving-clustertrustbundle-publisher-controller',
  'legacy-serviceaccount-token-cleaner-controller',
  'node-ipam-controller',
  'node-route-controller',
  'persistentvolume-attach-detach-controller',
  'persistentvolume-expander-controller',
  'podcertificaterequest-cleaner-controller',
  'resourceclaim-controller',
  'selinux-warning-controller',
  'service-lb-controller',
  'serviceaccount-token-controller',
  'storage-version-migrator-controller',
  'storageversion-garbage-collector-controller',
  'token-cleaner-controller',
  'volumeattributesclass-protection-controller',
];

export function schedulerArguments(paths: PlanePaths): string[] {
  return [
    `--kubeconfig=${paths.kubeconfig('scheduler')}`,
    '--secure-port=0',
    '--leader-elect=false',
    '--profiling=false',
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ];
}
