import { runServer } from './run.js';

process.exit(await runServer());
