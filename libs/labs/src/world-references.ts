import { millisecondsOf, workSchema, worldSchema, type LabDocument, type WorldSpec } from '@kubedan/contracts';
import { bindWorld } from './bind.js';
import type { VariableValues } from './variables.js';

type Complain = (path: PropertyKey[], message: string, allowed?: readonly string[]) => void;

/**
 * What the schema cannot say of a lab's world: names that must exist, and that the world is a valid one with every value that a
 * variable may have.
 */
export function checkWorld(spec: LabDocument['spec'], sample: VariableValues, complain: Complain): void {
  const told = new Set<string>();
  const once: Complain = (path, message, allowed) => {
    const key = `${path.join('/')} ${message}`;
    if (!told.has(key)) complain(path, message, allowed);
    told.add(key);
  };
  for (const values of everyValueOnce(spec.variables, sample)) checkBound(spec, values, once);
}

/** The sample, and the sample with each value of a list, and both ends of a range, put in for one variable at a time. */
export function* everyValueOnce(
  variables: LabDocument['spec']['variables'],
  sample: VariableValues,
): Generator<VariableValues, void> {
  yield sample;
  for (const [name, variable] of Object.entries(variables)) {
    for (const value of 'oneOf' in variable ? variable.oneOf : variable.int) yield { ...sample, [name]: value };
  }
}

function checkBound(spec: LabDocument['spec'], values: VariableValues, complain: Complain): void {
  const { images, world = {} } = bindWorld(spec, values);
  // Keys may be drawn as well: what is told names the key as it stands in the file.
  const written = Object.keys(spec.images);
  const { dependencies = {} } = world;
  const queues = Object.keys(dependencies).filter((name) => dependencies[name]?.kind === 'queue');
  const drawn = Object.entries(values).map(([name, value]) => `${name}: ${value}`);
  const valid = (schema: typeof worldSchema | typeof workSchema, value: unknown, path: PropertyKey[]): boolean => {
    const parsed = schema.safeParse(value);
    for (const { path: within, message } of parsed.error?.issues ?? [])
      complain([...path, ...within], `with ${drawn.join(', ')} this is not valid: ${message}`);
    return parsed.success;
  };
  Object.entries(images).forEach(([, { work }], index) => {
    if (!work) return;
    const path = ['spec', 'images', written[index] ?? '', 'work'];
    if (!valid(workSchema, work, path)) return;
    if (work.takes !== undefined && !queues.includes(work.takes))
      complain([...path, 'takes'], `there is no queue ${work.takes} among the dependencies`, queues);
    if (work.background && (work.background.every === undefined) !== (work.background.lasts === undefined))
      complain([...path, 'background'], 'every and lasts belong together');
  });
  if (valid(worldSchema, world, ['spec', 'world'])) checkNames(world, Object.keys(images), queues, complain);
}

function checkNames(world: WorldSpec, images: string[], queues: string[], complain: Complain): void {
  const { traffic = {}, dependencies = {}, incidents = [], nodeTypes = {}, nodePools = {} } = world;
  for (const [name, source] of Object.entries(traffic)) {
    if (source.queue !== undefined && !queues.includes(source.queue))
      complain(['spec', 'world', 'traffic', name, 'queue'], `there is no queue ${source.queue}`, queues);
    const { points = [] } = source.profile;
    points.forEach(({ at }, index) => {
      const before = points[index - 1];
      if (before && millisecondsOf(at) <= millisecondsOf(before.at))
        complain(
          ['spec', 'world', 'traffic', name, 'profile', 'points', index, 'at'],
          'a point must be later than the one before',
        );
    });
  }
  for (const [name, { kind, behind, hits, asked }] of Object.entries(dependencies)) {
    const path = ['spec', 'world', 'dependencies', name];
    const others = Object.keys(dependencies).filter((one) => one !== name && dependencies[one]?.kind !== 'cache');
    if (kind !== 'cache' && (behind !== undefined || hits !== undefined))
      complain(path, 'behind and hits are those of a cache');
    if (kind !== 'dns' && asked !== undefined) complain([...path, 'asked'], 'asked is that of dns');
    if (behind !== undefined && !others.includes(behind))
      complain([...path, 'behind'], `there is no dependency ${behind} that could stand behind a cache`, others);
  }
  if (Object.values(dependencies).filter(({ kind }) => kind === 'dns').length > 1)
    complain(['spec', 'world', 'dependencies'], 'a world has one dns');
  const targets = [...Object.keys(dependencies), ...images];
  incidents.forEach((incident, index) => {
    const path = ['spec', 'world', 'incidents', index];
    if (!targets.includes(incident.on)) complain([...path, 'on'], `there is no ${incident.on}`, targets);
    if (incident.slower === undefined && incident.errors === undefined && !incident.down && !incident.burns)
      complain(path, 'an incident does something: slower, errors, down or burns');
    if (incident.burns !== undefined && incident.on in dependencies)
      complain([...path, 'burns'], 'containers of an image burn CPU; a dependency has none');
  });
  for (const [name, pool] of Object.entries(nodePools)) {
    const path = ['spec', 'world', 'nodePools', name];
    const type = nodeTypes[pool.type];
    if (!type) complain([...path, 'type'], `there is no node type ${pool.type}`, Object.keys(nodeTypes));
    else if (pool.spot && !type.spot) complain([...path, 'spot'], `the node type ${pool.type} has no spot price`);
    const size = Number(pool.size);
    if (Number(pool.min ?? size) > size || Number(pool.max ?? size) < size)
      complain([...path, 'size'], 'expected min <= size <= max');
  }
}
