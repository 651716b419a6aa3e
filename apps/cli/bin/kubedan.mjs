#!/usr/bin/env node
// There before the build, so that npm links the command when it installs the packages.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  process.stderr.write('kubedan: not built yet. npm start builds and starts it; npm run typecheck only builds.\n');
  process.exitCode = 1;
}
