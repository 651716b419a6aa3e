import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeconfigOf, type KubeCredentials } from '@kubedan/kube';
import { auditPolicy } from './audit-policy.js';
import { CertificateAuthority, signingKey, type CertifiedKey } from './certificates.js';
import { PathTooLongError } from './errors.js';
import { learnerGroup, learnerUser } from './learner-role.js';

/** Where everything of one plane lies. */
export class PlanePaths {
  readonly dir: string;
  constructor(dir: string) {
    this.dir = dir;
  }
  /** Working directory of etcd, which makes its sockets `localhost:1` and `localhost:2` in it. */
  get etcdDir() {
    return join(this.dir, 'etcd');
  }
  get etcdData() {
    return join(this.etcdDir, 'data');
  }
  get etcdSocket() {
    return join(this.etcdDir, 'localhost:1');
  }
  get etcdPeerSocket() {
    return join(this.etcdDir, 'localhost:2');
  }
  get pki() {
    return join(this.dir, 'pki');
  }
  get egressSocket() {
    return join(this.dir, 'egress.sock');
  }
  get apiSocket() {
    return join(this.dir, 'api.sock');
  }
  get auditLog() {
    return join(this.dir, 'audit.log');
  }
  get auditPolicy() {
    return join(this.dir, 'audit-policy.json');
  }
  get egressConfig() {
    return join(this.dir, 'egress.json');
  }
  /** Port, certificates and all else that the next start needs, as JSON. Written last: a plane without it is half made. */
  get record() {
    return join(this.dir, 'plane.json');
  }
  pkiFile(name: string) {
    return join(this.pki, name);
  }
  kubeconfig(component: string) {
    return join(this.dir, `${component}.kubeconfig`);
  }
  log(component: string) {
    return join(this.dir, `${component}.log`);
  }

  /** @throws PathTooLongError when a socket's path has more bytes than sun_path holds (unix(7): 108 with the final zero) */
  checkLengths(): void {
    const limit = process.platform === 'linux' ? 107 : 103;
    for (const path of [this.etcdSocket, this.egressSocket, this.apiSocket]) {
      if (Buffer.byteLength(path) > limit) throw new PathTooLongError(path, limit);
    }
  }
}

export type UserName = 'setup' | 'grader' | 'learner' | 'nodes';

/** Every secret of one plane. */
export interface PlaneSecrets {
  ca: string;
  users: Record<UserName, CertifiedKey>;
  kubeletServing: CertifiedKey;
}

const serviceHost = '10.96.0.1';

/** Makes a plane's authority, certificates and configuration files. Keys never leave the plane's directory, of mode 0700. */
export async function writePlaneFiles(paths: PlanePaths, now: number): Promise<PlaneSecrets> {
  await mkdir(paths.pki, { recursive: true, mode: 0o700 });
  await mkdir(paths.etcdDir, { recursive: true, mode: 0o700 });
  const authority = await CertificateAuthority.create('kubedan', now);
  const masters = 'system:masters';
  const [server, kubeletServing, kubeletClient, manager, scheduler, setup, grader, learner, nodes, tokens] =
    await Promise.all([
      authority.issue(
        { name: 'kube-apiserver' },
        {
          dns: [
            'localhost',
            'kubernetes',
            'kubernetes.default',
            'kubernetes.default.svc',
            'kubernetes.default.svc.cluster.local',
          ],
          ip: ['127.0.0.1', serviceHost],
        },
      ),
      authority.issue({ name: 'kubelet', group: 'system:nodes' }, { dns: ['localhost'], ip: ['127.0.0.1'] }),
      authority.issue({ name: 'kube-apiserver-kubelet-client', group: masters }),
      authority.issue({ name: 'system:kube-controller-manager', group: masters }),
      authority.issue({ name: 'system:kube-scheduler', group: masters }),
      authority.issue({ name: 'kubedan:setup', group: masters }),
      authority.issue({ name: 'kubedan:grader', group: masters }),
      authority.issue({ name: learnerUser, group: learnerGroup }),
      authority.issue({ name: 'kubedan:kubelet', group: masters }),
      signingKey(),
    ]);
  const files: [string, string][] = [
    [paths.pkiFile('ca.crt'), authority.cert],
    [paths.pkiFile('server.crt'), server.cert],
    [paths.pkiFile('server.key'), server.key],
    [paths.pkiFile('kubelet-client.crt'), kubeletClient.cert],
    [paths.pkiFile('kubelet-client.key'), kubeletClient.key],
    [paths.pkiFile('controller-manager.crt'), manager.cert],
    [paths.pkiFile('controller-manager.key'), manager.key],
    [paths.pkiFile('scheduler.crt'), scheduler.cert],
    [paths.pkiFile('scheduler.key'), scheduler.key],
    [paths.pkiFile('tokens.key'), tokens.privateKey],
    [paths.pkiFile('tokens.pub'), tokens.publicKey],
    [paths.auditPolicy, JSON.stringify(auditPolicy)],
    [paths.egressConfig, JSON.stringify(egressConfig(paths.egressSocket))],
  ];
  await Promise.all(files.map(([path, text]) => writeFile(path, text, { mode: 0o600 })));
  return { ca: authority.cert, users: { setup, grader, learner, nodes }, kubeletServing };
}

/** Writes the kubeconfigs of controller manager and scheduler, which name the API server's port. */
export async function writeKubeconfigs(paths: PlanePaths, port: number): Promise<void> {
  const ca = await readFile(paths.pkiFile('ca.crt'), 'utf8');
  for (const component of ['controller-manager', 'scheduler']) {
    const credentials: KubeCredentials = {
      server: `https://127.0.0.1:${port}`,
      ca,
      cert: await readFile(paths.pkiFile(`${component}.crt`), 'utf8'),
      key: await readFile(paths.pkiFile(`${component}.key`), 'utf8'),
    };
    await writeFile(paths.kubeconfig(component), kubeconfigOf(credentials), { mode: 0o600 });
  }
}

function egressConfig(udsName: string) {
  const connection = { proxyProtocol: 'HTTPConnect', transport: { uds: { udsName } } };
  return {
    apiVersion: 'apiserver.k8s.io/v1beta1',
    kind: 'EgressSelectorConfiguration',
    // `etcd` is left out: that connection is ours, to a socket that no object names.
    egressSelections: [
      { name: 'cluster', connection },
      { name: 'controlplane', connection },
    ],
  };
}
