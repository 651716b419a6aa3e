const secrets: readonly [pattern: RegExp, to: string][] = [
  [/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(-----END \1-----|$)/g, '-----BEGIN $1----- ***'],
  // What kubeconfigs hold.
  [
    /\b((?:client-key|client-certificate|certificate-authority)-data["']?\s*[:=]\s*["']?)[A-Za-z0-9+/=]{16,}/gi,
    '$1***',
  ],
  // kubeadm's join token and the key that certificates travel under.
  [/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, '***'],
  [/(--certificate-key[= ]+)\S+/g, '$1***'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, '$1 ***'],
  // A JSON Web Token, as ServiceAccounts have.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '***'],
  // The account in a proxy's or a registry's URL.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@'],
  [/\b([\w-]*(?:password|passwd|secret|token|api[_-]?key)["']?\s*[:=]\s*["']?)(?!\*\*\*)[^\s"',}]+/gi, '$1***'],
];

/** @returns a text with what looks like a secret (keys, tokens, passwords, accounts in URLs) replaced by `***` */
export function redact(text: string): string {
  return secrets.reduce((rest, [pattern, to]) => rest.replace(pattern, to), text);
}
