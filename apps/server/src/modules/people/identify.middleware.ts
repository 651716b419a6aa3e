import path from 'node:path';
import type { NextFunction, Request, Response } from 'express';
import { cookieName, type PeopleService } from './people.service.js';

const year = 365 * 24 * 3600;
/** Asked by machines, which are nobody. Assets are kept by caches, which must not keep a token with them. */
const machines = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Reads a request's token and gives one to who has none. A page that was reached by a link from another site comes without its
 * SameSite=Strict cookie although the browser has one: it is not given a new one, its own requests will bring the old.
 */
export function identify(people: PeopleService, isSecure: boolean) {
  return (request: Request & { personToken?: string }, response: Response, next: NextFunction): void => {
    const isAsset = !request.path.startsWith('/api/') && path.extname(request.path) !== '';
    if (isAsset || machines.has(request.path)) {
      next();
      return;
    }
    try {
      let token = people.tokenIn(request.headers);
      if (token === undefined && request.headers['sec-fetch-site'] !== 'cross-site') {
        token = people.issueToken();
        const flags = `Path=/; Max-Age=${year}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
        response.setHeader('Set-Cookie', `${cookieName}=${token}; ${flags}`);
      }
      if (token !== undefined) request.personToken = token;
      next();
    } catch (error) {
      next(error);
    }
  };
}
