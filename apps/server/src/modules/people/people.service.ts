import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { DatabaseService } from '../../database/database.service.js';
import { UnauthorizedError } from '../../problems/problem.error.js';
import { PersonEntity } from './person.entity.js';
import { secretIn } from './secret-file.js';
import { TokenMint } from './token-mint.js';
import { Visits } from './visits.js';

export const cookieName = 'kubedan';
const knownLimit = 10_000;

/** Who asks. People need no account: the first visit makes one. */
@Injectable()
export class PeopleService {
  readonly #mint: TokenMint;
  /** Token hash → person id; people never change. */
  readonly #known = new Map<string, string>();

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(Visits) private readonly visits: Visits,
  ) {
    this.#mint = new TokenMint(config.http.KUBEDAN_SECRET ?? secretIn(config.storage.KUBEDAN_DATA_DIR));
  }

  issueToken(): string {
    return this.#mint.issue();
  }

  /**
   * @returns the token of a request or of a socket's handshake; undefined when it has none, or only a cookie that is not ours
   * @throws UnauthorizedError for an Authorization header that is not ours: a script would not notice being somebody new
   */
  tokenIn(headers: IncomingHttpHeaders): string | undefined {
    const { authorization, cookie } = headers;
    if (authorization !== undefined) {
      const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
      if (this.#mint.isGenuine(token)) return token;
      throw new UnauthorizedError(
        'The Authorization header holds no token of this server. Leave it out to get a new one.',
      );
    }
    for (const pair of (cookie ?? '').split(';')) {
      const [name = '', value = ''] = pair.trim().split('=');
      if (name === cookieName && this.#mint.isGenuine(value)) return value;
    }
    return undefined;
  }

  /** @returns the id of the person whom a genuine token belongs to, made at its first use */
  async personOf(token: string): Promise<string> {
    this.visits.note();
    const tokenHash = TokenMint.hashOf(token);
    const known = this.#known.get(tokenHash);
    if (known !== undefined) return known;
    const id = await this.database.run(async (manager) => {
      await manager
        .createQueryBuilder()
        .insert()
        .into(PersonEntity)
        .values({ id: randomUUID(), tokenHash, createdAt: new Date() })
        .orIgnore()
        .execute();
      return (await manager.findOneByOrFail(PersonEntity, { tokenHash })).id;
    });
    if (this.#known.size >= knownLimit) this.#known.clear();
    this.#known.set(tokenHash, id);
    return id;
  }
}
