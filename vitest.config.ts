import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

// Tests run on the sources: every package's `source` export condition leads to its src/index.ts.
const sources = {
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
};

// Servers take real clusters where Docker runs; most tests are of something else, and a plane is there in a second.
const onPlanes = { KUBEDAN_PROVIDERS: 'embedded' };

export default defineConfig({
  test: {
    projects: [
      {
        ...sources,
        test: {
          name: 'unit',
          include: ['libs/*/src/**/*.test.ts', 'apps/{server,cli}/src/**/*.test.ts', 'tools/**/*.test.{ts,mjs}'],
        },
      },
      ...['./apps/web/vite.config.ts'].filter((file) => existsSync(file)),
      {
        ...sources,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          env: onPlanes,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // Files wait for their processes more than half of their time: two cores carry two of them.
          maxWorkers: 2,
        },
      },
      ...['kind', 'fidelity'].map((name) => ({
        ...sources,
        // On real nodes: Docker is the one that DOCKER_HOST names. One file at a time: each has clusters of its own.
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      })),
      {
        ...sources,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          env: onPlanes,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
