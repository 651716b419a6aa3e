// Measures the figures of docs/architecture.md and prints one JSON line each. Arguments name figures; without any, all run that
// need no Docker.
import { measureKindClusters, measureKindSideBySide } from './kind.js';
import { measureClusters, measurePlanes } from './plane.js';
import { measureVerdicts } from './verdict.js';
import { measureWarmClaims } from './warm-claim.js';
import { measureWorld } from './world.js';

const benches: Record<string, () => Promise<void>> = {
  planes: () => measurePlanes(10),
  clusters: () => measureClusters(10),
  claims: () => measureWarmClaims('embedded', 10),
  'kind-claims': () => measureWarmClaims('kind', 5),
  'kind-clusters': () => measureKindClusters(5),
  'kind-side-by-side': () => measureKindSideBySide(),
  'world-100k': () => measureWorld(30),
  verdicts: () => measureVerdicts(20, 5),
};

const needsDocker = new Set(['kind-claims', 'kind-clusters', 'kind-side-by-side']);
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const [name, bench] of Object.entries(benches)) {
    if (wanted.length === 0 ? !needsDocker.has(name) : wanted.includes(name)) await bench();
  }
}
