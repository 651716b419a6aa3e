import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import type { AllowedHosts } from './allowed-hosts.js';
import { securityHeaders } from './security-headers.js';

/** What stands before every answer of ours: headers that keep a page in, and the hosts and pages that may ask. */
export function guardPages(app: NestExpressApplication, hosts: AllowedHosts): void {
  app.set('query parser', 'simple');
  app.disable('x-powered-by');
  app.use(securityHeaders);
  app.use((request: Request, response: Response, next: NextFunction) => {
    const isApi = request.path.startsWith('/api/');
    if (isApi) response.setHeader('Cache-Control', 'no-store');
    if (isApi) hosts.checkFetch(request.headers);
    else hosts.check({ host: request.headers.host });
    next();
  });
}
