import { barrierScript } from './barrier.js';

/** Where a node sees its folder of ours. */
export const nodeMount = '/kubedan';

/** Ports on a node's loopback; pods cannot reach them. */
export const refuserPort = 10_999;
const registryPort = 10_998;

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

const refusal = JSON.stringify({
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SubjectAccessReview',
  status: {
    allowed: false,
    denied: true,
    reason: 'nobody but the cluster itself may do this here, as its nodes are on a machine that others use too',
  },
});

/** Reads a request's head from standard input: `method`, `target` and `length` (of its body). */
const readRequest = `#!/bin/sh
length=0
IFS=' ' read -r method target version
while IFS= read -r line; do
  line=\${line%"$(printf '\\r')"}
  test -n "$line" || break
  case $line in [Cc]ontent-[Ll]ength:*) length=\${line##* } ;; esac
done
`;

/** Answers one request of the API server's authorizer, which asks only about what is to be refused. */
const refuserScript = `${readRequest}
head -c "$length" >/dev/null
printf 'HTTP/1.1 201 Created\\r\\nContent-Type: application/json\\r\\nContent-Length: ${refusal.length}\\r\\nConnection: close\\r\\n\\r\\n'
printf '%s' '${refusal}'
`;

/** Answers one request for an image out of the lab's catalogue, see writeRegistry(); nothing else is there. */
const registryScript = `${readRequest}
root=${nodeMount}/registry
path=\${target%%\\?*}
host=\${target##*[?&]ns=}
host=\${host%%&*}
file=
kind=application/octet-stream
case $path in
  *..*) ;;
  /v2/*/blobs/sha256:*) file=$root/blobs/\${path##*/} ;;
  /v2/*/manifests/*)
    kind=${manifestType}
    digest=\${path##*/}
    name=\${path#/v2/}
    name=\${name%/manifests/*}
    case $digest in sha256:*) ;; *) digest=$(cat "$root/tags/$host/$name/$digest" 2>/dev/null) ;; esac
    test -z "$digest" || file=$root/blobs/$digest
    ;;
esac
if test -n "$file" -a -f "$file"; then
  printf 'HTTP/1.1 200 OK\\r\\nContent-Type: %s\\r\\nDocker-Content-Digest: %s\\r\\nContent-Length: %s\\r\\nConnection: close\\r\\n\\r\\n' "$kind" "\${file##*/}" "$(stat -c %s "$file")"
  test "$method" = HEAD || cat "$file"
else
  printf 'HTTP/1.1 404 Not Found\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n'
fi
`;

/** Units that answer each connection to a port of the node's loopback with one run of a script. */
function answering(name: string, description: string, port: number, script: string): Record<string, string> {
  return {
    [`${name}.socket`]: `[Unit]
Description=${description}

[Socket]
ListenStream=127.0.0.1:${port}
Accept=yes
MaxConnections=256
# Many questions are no reason to stop answering.
TriggerLimitIntervalSec=0
`,
    [`${name}@.service`]: `[Unit]
Description=${description}: one answer
CollectMode=inactive-or-failed

[Service]
ExecStart=/bin/sh ${nodeMount}/${script}
StandardInput=socket
StandardOutput=socket
StandardError=null
RuntimeMaxSec=60
`,
  };
}

/** What a node's folder of ours holds, by name. */
export const nodeScripts: Readonly<Record<string, string>> = {
  'barrier.sh': barrierScript,
  'refuse.sh': refuserScript,
  'registry.sh': registryScript,
};

/** What lies below a node's /etc/systemd/system. */
export const nodeUnits: Readonly<Record<string, string>> = {
  // Without the barrier the kubelet does not start, so no pod ever runs without it.
  'kubelet.service.d/20-kubedan.conf': `[Unit]
Wants=kubedan-refuser.socket kubedan-registry.socket
After=kubedan-refuser.socket kubedan-registry.socket

[Service]
ExecStartPre=/bin/sh ${nodeMount}/barrier.sh
`,
  ...answering('kubedan-refuser', "Refuses what the API server's authorizer asks about", refuserPort, 'refuse.sh'),
  ...answering('kubedan-registry', 'Images of the lab', registryPort, 'registry.sh'),
};

/** Where containerd looks for images of any registry: at ours and nowhere else. */
export const registryHosts = `server = "http://127.0.0.1:${registryPort}"

[host."http://127.0.0.1:${registryPort}"]
  capabilities = ["pull", "resolve"]
`;
