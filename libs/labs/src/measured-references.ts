import { isMeasured, type CheckSpec, type LabDocument, type MeasuredCheck } from '@kubedan/contracts';
import type { LabFiles } from './folder.js';
import { parseManifests } from './manifests.js';
import { substitute, substituteAll, type VariableValues } from './variables.js';
import { everyValueOnce } from './world-references.js';

type Complain = (path: PropertyKey[], message: string, allowed?: readonly string[]) => void;

/** A check of the lab and where it stands. */
export interface PlacedCheck {
  check: CheckSpec;
  path: (string | number)[];
}

/** Checks on traffic and money need a cluster that plays them, and measure what is there, whatever the seed draws. */
export function checkMeasured(
  spec: LabDocument['spec'],
  checks: readonly PlacedCheck[],
  files: LabFiles,
  sample: VariableValues,
  complain: Complain,
): void {
  const measured = checks.filter((one): one is { check: MeasuredCheck; path: (string | number)[] } =>
    isMeasured(one.check),
  );
  const [first] = measured;
  if (!first) return;
  if (spec.world === undefined)
    complain(first.path, 'this check measures traffic or money, which a lab without spec.world does not have');
  if (!spec.needs.capabilities.includes('traffic'))
    complain(['spec', 'needs', 'capabilities'], 'checks that measure need a cluster that plays traffic', ['traffic']);
  const told = new Set<string>();
  const once: Complain = (path, message, allowed) => {
    const key = path.join('/');
    if (!told.has(key)) complain(path, message, allowed);
    told.add(key);
  };
  for (const values of everyValueOnce(spec.variables, sample)) {
    const bound = substituteAll(spec, values);
    const known = { ...namesOfWorld(bound), ...namesInFiles(bound, files, values) };
    for (const { check, path } of measured) checkOne(substituteAll(check, values), path, known, once);
  }
}

interface Known {
  sources: readonly string[];
  dependencies: readonly string[];
  isPriced: boolean;
  /** `namespace/name` */
  services: readonly string[];
  routes: readonly string[];
  namespace: string;
  /** Whether a script of the lab speaks of this name: what a script makes is known when it runs. */
  isScripted: (name: string) => boolean;
}

function checkOne(check: MeasuredCheck, path: (string | number)[], known: Known, complain: Complain): void {
  const object = (
    kind: string,
    name: string,
    of: readonly string[],
    where: (string | number)[],
    namespace?: string,
  ) => {
    const key = `${namespace ?? known.namespace}/${name}`;
    if (!of.includes(key) && !known.isScripted(name))
      complain([...path, ...where], `there is no ${kind} ${key} in the lab's manifests or scripts`, of);
  };
  if ('cost' in check) {
    if (!known.isPriced) complain([...path, 'cost'], 'nothing costs anything: spec.world has no nodeTypes');
    return;
  }
  if ('traffic' in check) {
    const { service, services = [], namespace } = check.traffic;
    if (service !== undefined) object('Service', service, known.services, ['traffic', 'service'], namespace);
    services.forEach((one, index) => object('Service', one, known.services, ['traffic', 'services', index], namespace));
    return;
  }
  const { source, dependency, service, route, namespace } = check.slo;
  if (source !== undefined && !known.sources.includes(source))
    complain([...path, 'slo', 'source'], `there is no ${source} in spec.world.traffic`, known.sources);
  if (dependency !== undefined && !known.dependencies.includes(dependency))
    complain(
      [...path, 'slo', 'dependency'],
      `there is no ${dependency} in spec.world.dependencies`,
      known.dependencies,
    );
  if (service !== undefined) object('Service', service, known.services, ['slo', 'service'], namespace);
  if (route !== undefined) object('HTTPRoute', route, known.routes, ['slo', 'route'], namespace);
}

function namesOfWorld({
  world = {},
  namespace,
}: LabDocument['spec']): Omit<Known, 'services' | 'routes' | 'isScripted'> {
  return {
    sources: Object.keys(world.traffic ?? {}),
    dependencies: Object.keys(world.dependencies ?? {}),
    isPriced: Object.keys(world.nodeTypes ?? {}).length > 0,
    namespace: namespace ?? 'default',
  };
}

/** What is applied, or may be: given, by the solution, from the workspace. */
function namesInFiles(
  { namespace: labNamespace }: LabDocument['spec'],
  files: LabFiles,
  values: VariableValues,
): Pick<Known, 'services' | 'routes' | 'isScripted'> {
  const textOf = (bytes: Buffer): string => substitute(bytes.toString('utf8'), values);
  const objects = [...files].flatMap(([file, bytes]) =>
    /\.ya?ml$/.test(file) && file !== 'lab.yaml' ? parseManifests(file, textOf(bytes)).objects : [],
  );
  const named = (kind: string): string[] =>
    objects
      .filter((one) => one.kind === kind)
      .map(({ metadata }) => `${metadata.namespace ?? labNamespace ?? 'default'}/${metadata.name}`);
  const scripts = [...files].filter(([file]) => file.endsWith('.sh')).map(([, bytes]) => textOf(bytes));
  return {
    services: [...new Set(named('Service'))],
    routes: [...new Set(named('HTTPRoute'))],
    isScripted: (name) => {
      const word = new RegExp(`(?<![\\w-])${name.replaceAll('.', '\\.')}(?![\\w-])`);
      return scripts.some((script) => word.test(script));
    },
  };
}
