// @peculiar/x509 injects its parts by decorators' metadata.
import 'reflect-metadata';
import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
type Algorithm = typeof algorithm | typeof rsa;
const crypto = webcrypto;
type CryptoKeyPair = webcrypto.CryptoKeyPair;
const yearMs = 365 * 24 * 3600 * 1000;

/** PEM texts of a certificate and its private key (PKCS #8). */
export interface CertifiedKey {
  cert: string;
  key: string;
}

async function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function privatePem(keys: CryptoKeyPair): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
}

/** @returns a fresh P-256 key pair as PEM texts, for signing service account tokens */
export async function signingKey(): Promise<{ privateKey: string; publicKey: string }> {
  const keys = await newKeys();
  return {
    privateKey: await privatePem(keys),
    publicKey: PemConverter.encode(await crypto.subtle.exportKey('spki', keys.publicKey), 'PUBLIC KEY'),
  };
}

/** Signs the certificates of one cluster. Each cluster has its own, so that no certificate opens another one. */
export class CertificateAuthority {
  readonly #keys: CryptoKeyPair;
  readonly #algorithm: Algorithm;
  readonly #subject: string;
  readonly cert: string;
  readonly #now: number;

  private constructor(keys: CryptoKeyPair, algorithmOfKeys: Algorithm, subject: string, cert: string, now: number) {
    this.#keys = keys;
    this.#algorithm = algorithmOfKeys;
    this.#subject = subject;
    this.cert = cert;
    this.#now = now;
  }

  /** @param now milliseconds since 1970; certificates are valid from an hour before it, for ten years */
  static async create(name: string, now: number): Promise<CertificateAuthority> {
    const keys = await newKeys();
    const subject = `CN=${name}`;
    const certificate = await X509CertificateGenerator.createSelfSigned(
      {
        name: subject,
        keys,
        signingAlgorithm: algorithm,
        ...validity(now),
        extensions: [
          new BasicConstraintsExtension(true, 0, true),
          new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
          await SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
        ],
      },
      crypto,
    );
    return new CertificateAuthority(keys, algorithm, subject, certificate.toString('pem'), now);
  }

  /**
   * An authority that another program made, as kubeadm does.
   * @param pem its certificate and its private key: RSA, or ECDSA on P-256; PKCS #1, SEC 1 or PKCS #8
   * @param now as of create()
   */
  static async load(pem: { cert: string; key: string }, now: number): Promise<CertificateAuthority> {
    const key = createPrivateKey(pem.key);
    const algorithmOfKeys = key.asymmetricKeyType === 'rsa' ? rsa : algorithm;
    const [privateKey, publicKey] = await Promise.all([
      crypto.subtle.importKey('pkcs8', key.export({ format: 'der', type: 'pkcs8' }), algorithmOfKeys, false, ['sign']),
      crypto.subtle.importKey(
        'spki',
        createPublicKey(key).export({ format: 'der', type: 'spki' }),
        algorithmOfKeys,
        true,
        ['verify'],
      ),
    ]);
    const { subject } = new X509Certificate(pem.cert);
    return new CertificateAuthority({ privateKey, publicKey }, algorithmOfKeys, subject, pem.cert, now);
  }

  /**
   * @param who common name and group (organization)
   * @param hosts DNS names and IP addresses that a server answers to; none for a client
   */
  async issue(
    who: { name: string; group?: string },
    hosts: { dns?: string[]; ip?: string[] } = {},
  ): Promise<CertifiedKey> {
    const keys = await newKeys();
    const names = [
      ...(hosts.dns ?? []).map((value) => ({ type: 'dns' as const, value })),
      ...(hosts.ip ?? []).map((value) => ({ type: 'ip' as const, value })),
    ];
    const certificate = await X509CertificateGenerator.create(
      {
        subject: [...(who.group ? [{ O: [who.group] }] : []), { CN: [who.name] }],
        issuer: this.#subject,
        publicKey: keys.publicKey,
        signingKey: this.#keys.privateKey,
        signingAlgorithm: this.#algorithm,
        ...validity(this.#now),
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new ExtendedKeyUsageExtension([names.length ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth]),
          await AuthorityKeyIdentifierExtension.create(this.#keys.publicKey, false, crypto),
          ...(names.length ? [new SubjectAlternativeNameExtension(names)] : []),
        ],
      },
      crypto,
    );
    return { cert: certificate.toString('pem'), key: await privatePem(keys) };
  }
}

function validity(now: number) {
  return { notBefore: new Date(now - 3600_000), notAfter: new Date(now + 10 * yearMs) };
}
