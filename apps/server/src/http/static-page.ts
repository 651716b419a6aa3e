import { existsSync } from 'node:fs';
import path from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

/** Prefixes that are never the page's. */
const others = ['/api/', '/socket.io/', '/healthz', '/readyz', '/metrics'];

/**
 * Serves the built page: hashed assets for a year, everything else asked for anew; an unknown address is the page's own.
 * @param dir the page's dist folder; where it is missing, a line says how to build it
 */
export function servePage(app: NestExpressApplication, dir: string): void {
  app.useStaticAssets(dir, {
    index: false,
    setHeaders: (response: { setHeader(name: string, value: string): void }, file: string) => {
      const isHashed = file.startsWith(path.join(dir, 'assets') + path.sep);
      response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const index = path.join(dir, 'index.html');
  app.use((request: Request, response: Response, next: NextFunction) => {
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !others.some((prefix) => request.path === prefix || request.path.startsWith(prefix)) &&
      path.extname(request.path) === '';
    if (!isPage) {
      next();
      return;
    }
    response.setHeader('Cache-Control', 'no-cache');
    if (!existsSync(index)) {
      response.type('text/plain').send('The page is not built. Run `npm run build` in the checkout, then reload.\n');
      return;
    }
    response.sendFile(index);
  });
}
