import type { ImageCatalogue } from '@kubedan/contracts';

const at = <B extends object>(behaviour: B) => ({ pullsIn: '0s', ...behaviour });

/** The images of the cases: the virtual kubelet plays them, and on kind real ones are made from the same lines. */
export const catalogue: ImageCatalogue = {
  'fidelity.example/steady:1': at({ serves: 8080, logs: ['starting', 'listening on 8080'] }),
  'fidelity.example/steady:2': at({ serves: 8080 }),
  'fidelity.example/beside:1': at({ serves: 8081 }),
  'fidelity.example/tools:1': at({}),
  'fidelity.example/panics:1': at({ crashes: { exitCode: 3, after: '500ms', logs: 'panic: no DATABASE_URL' } }),
  'fidelity.example/needs-env:1': at({
    serves: 8080,
    crashes: { exitCode: 1, logs: 'panic: no DATABASE_URL', when: { missingEnv: 'DATABASE_URL' } },
  }),
  'fidelity.example/needs-file:1': at({
    serves: 8080,
    crashes: { exitCode: 2, logs: 'no such file', when: { missingFile: '/etc/app/config' } },
  }),
  'fidelity.example/ends:1': at({ exits: { exitCode: 0, after: '500ms', logs: 'all done' } }),
  'fidelity.example/ends-late:1': at({ exits: { exitCode: 0, after: '4s' } }),
  'fidelity.example/fails:1': at({ exits: { exitCode: 7, after: '500ms', logs: 'something is wrong' } }),
  'fidelity.example/greedy:1': at({ serves: 8080, memory: '96Mi' }),
  'fidelity.example/slow:1': at({ serves: 8080, startsIn: '5s' }),
  'fidelity.example/sickens:1': at({ serves: 8080, unhealthyAfter: '8s' }),
  'fidelity.example/health:1': at({ serves: 8080, paths: ['/healthz'] }),
  'fidelity.example/stubborn:1': at({ serves: 8080, stopsIn: '60s' }),
  // Knows no image: what is not there is then missed in a registry's words, also where no registry can be reached.
  'fidelity.example/registry:1': at({ serves: 5000, paths: ['/v2/'] }),
  'fidelity.example/polite:1': at({ serves: 8080, stopsIn: '1s' }),
};

export const image = (name: string) => `fidelity.example/${name.includes(':') ? name : `${name}:1`}`;
