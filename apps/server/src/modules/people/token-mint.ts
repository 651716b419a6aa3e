import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Makes the tokens by which people are known, and tells ours from others without asking the database. */
export class TokenMint {
  /** @param secret at least 32 characters, the same for all api processes */
  constructor(private readonly secret: string) {}

  /** @returns `<random>.<signature>`, 32 characters of base64url each */
  issue(): string {
    const random = randomBytes(24).toString('base64url');
    return `${random}.${this.#sign(random)}`;
  }

  isGenuine(token: string): boolean {
    if (!/^[\w-]{32}\.[\w-]{32}$/.test(token)) return false;
    const [random = '', signature = ''] = token.split('.');
    return timingSafeEqual(Buffer.from(signature), Buffer.from(this.#sign(random)));
  }

  /** What the database keeps of a token. */
  static hashOf(token: string): string {
    return createHash('sha256').update(token).digest('hex');
  }

  #sign(random: string): string {
    return createHmac('sha256', this.secret).update(random).digest().subarray(0, 24).toString('base64url');
  }
}
