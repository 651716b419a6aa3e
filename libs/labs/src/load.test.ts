import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bindLab } from './bind.js';
import { formatIssue, LabInvalidError } from './issue.js';
import { loadCatalogue, loadLab } from './load.js';

const good = `apiVersion: kubedan.dev/v1
kind: Lab
metadata:
  name: tiny
  tier: silver
  skills: [heal]
  title: {en: Tiny, zh: 小}
  minutes: 5
spec:
  variables:
    namespace: {oneOf: [shop, mall]}
    replicas: {int: [3, 5]}
  given: [given/web.yaml]
  tasks:
    - id: scale
      title: {en: Scale, zh: 扩容}
      checks:
        - id: scaled
          title: {en: Scaled, zh: 已扩容}
          object: {apiVersion: apps/v1, kind: Deployment, namespace: '\${namespace}', name: web}
          expect: object.spec.replicas == \${replicas}
          holds: 5s
        - id: what
          ask:
            question: {en: What?, zh: 什么？}
            options:
              - {id: a, text: {en: A, zh: 甲}, correct: true}
              - {id: b, text: {en: B, zh: 乙}}
            explanation: {en: A it is., zh: 就是甲。}
  solution: [solution/go.sh]
  wrong:
    - {name: idle, run: solution/go.sh, fails: [scaled]}
`;
const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: '\${namespace}'}\ndata: {size: '\${replicas}'}\n`;

const made: string[] = [];
afterEach(async () => {
  for (const dir of made.splice(0)) await rm(dir, { recursive: true });
});

/** A lab folder named `tiny` whose lab.yaml is `good` after a change. */
async function folder(change: (yaml: string) => string = (yaml) => yaml): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'kubedan-labs-'));
  made.push(root);
  const dir = path.join(root, 'silver', 'tiny');
  await mkdir(path.join(dir, 'given'), { recursive: true });
  await mkdir(path.join(dir, 'solution'));
  await writeFile(path.join(dir, 'lab.yaml'), change(good));
  await writeFile(path.join(dir, 'given/web.yaml'), manifest);
  await writeFile(
    path.join(dir, 'solution/go.sh'),
    'kubectl -n ${namespace} scale deploy/web --replicas ${replicas} # ${HOME}\n',
  );
  await writeFile(path.join(dir, 'text.en.md'), 'Scale web in ${namespace}.');
  await writeFile(path.join(dir, 'text.zh.md'), '在 ${namespace} 中扩容 web。');
  return dir;
}

async function issuesOf(dir: string): Promise<string[]> {
  const error = await loadLab(dir).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LabInvalidError);
  return (error as LabInvalidError).issues.map(formatIssue);
}

describe('loadLab', () => {
  it('reads a lab and its version', async () => {
    const dir = await folder();
    const lab = await loadLab(dir);
    expect(lab.name).toBe('tiny');
    expect(lab.hash).toMatch(/^[0-9a-f]{64}$/);
    await writeFile(path.join(dir, 'text.en.md'), 'Scale web in ${namespace}!');
    expect((await loadLab(dir)).hash).not.toBe(lab.hash);
  });

  const instead =
    (kind: string, condition = '1 == 1') =>
    (y: string) =>
      y.replace(/object: \{.*\}\n( *)expect: .*/, (_, indent: string) => `${kind}\n${indent}expect: ${condition}`);
  const at = 'spec.tasks[0].checks[0]';
  const asked: [string, (yaml: string) => string, string][] = [
    [
      'a request to a Service and a Pod at once',
      instead('http: {service: web, pod: web-0, port: 80}'),
      `lab.yaml:20:17: ${at}.http: expected either a service or a pod`,
    ],
    [
      'a path that leads out of the proxied service',
      instead('http: {service: web, port: 80, path: /a/../../secrets}'),
      `lab.yaml:20:48: ${at}.http.path: expected a path such as /healthz or /cart?item=1, of up to 512 plain characters, without . and .. segments`,
    ],
    [
      'a header that is the API server’s own business',
      instead('http: {service: web, port: 80, headers: {Impersonate-User: admin}}'),
      `lab.yaml:20:52: ${at}.http.headers.Impersonate-User: the name Impersonate-User is not allowed: expected the name of a header that is not between the API server and its clients`,
    ],
    [
      'a port that is none',
      instead('http: {service: web, port: 70000}'),
      `lab.yaml:20:38: ${at}.http.port: 70000 is not allowed (allowed: 1 to 65535)`,
    ],
    [
      'a port of another type',
      instead('http: {service: web, port: [80]}'),
      `lab.yaml:20:38: ${at}.http.port: a list is none of what may stand here (allowed: a number from 1 to 65535, a port's name)`,
    ],
    [
      'a method that changes something',
      instead('http: {service: web, port: 80, method: POST}'),
      `lab.yaml:20:50: ${at}.http.method: "POST" is not allowed (allowed: GET, HEAD)`,
    ],
    [
      'more asking than one look may cost',
      instead('http: {service: web, port: 80, timeout: 11s}'),
      `lab.yaml:20:51: ${at}.http.timeout: expected a duration from 100ms to 10s, such as 500ms or 2s`,
    ],
    [
      'a misspelt field of a request',
      instead('http: {service: web, prot: 80}'),
      `lab.yaml:20:32: ${at}.http.prot: unknown field prot (allowed: namespace, service, pod, port, scheme, method, path, headers, times, timeout, secret)`,
    ],
    [
      'a request to no port',
      instead('http: {service: web}'),
      `lab.yaml:20:17: ${at}.http.port: this field is missing (allowed: a number from 1 to 65535, a port's name)`,
    ],
    [
      'a command as one text',
      instead('exec: {pod: web-0, command: cat /mode}'),
      `lab.yaml:20:39: ${at}.exec.command: expected a list of texts, found "cat /mode"`,
    ],
    [
      'a command in no Pod',
      instead('exec: {command: [cat, /mode]}'),
      `lab.yaml:20:17: ${at}.exec: expected either a pod or labels`,
    ],
    [
      'a verb that no request has',
      instead('audit: {verbs: [remove]}'),
      `lab.yaml:20:27: ${at}.audit.verbs[0]: "remove" is not allowed (allowed: get, list, watch, create, update, patch, delete, deletecollection)`,
    ],
    [
      'a resource that is a kind',
      instead('audit: {resources: [Pod]}'),
      `lab.yaml:20:31: ${at}.audit.resources[0]: expected a resource such as pods, pods/exec, pods/* or deployments.apps`,
    ],
    [
      'an expression on what there is not',
      instead('http: {service: web, port: 80}', 'response.status == given.status'),
      `lab.yaml:21:38: ${at}.expect: not a CEL expression, at character 20: Unknown variable: given (allowed: response, responses, now, session)`,
    ],
    [
      'an expression that is not true or false',
      instead('audit: {verbs: [delete]}', 'requests.size()'),
      `lab.yaml:21:19: ${at}.expect: the expression must be true or false, and is of type int`,
    ],
    [
      'a rule that must hold for a time',
      (y) =>
        instead(
          'audit: {verbs: [delete]}',
          'requests.size() == 0',
        )(y).replace('holds: 5s', 'holds: 5s\n          always: true'),
      `lab.yaml:22:18: ${at}.holds: always and holds contradict each other: a rule is never broken, not for a time`,
    ],
  ];
  // Each kind of mistake: what is changed, and the whole message with its place.
  const mistakes: [string, (yaml: string) => string, string][] = [
    [
      'an unknown field',
      (y) => y.replace('minutes: 5', 'minutse: 5'),
      'lab.yaml:8:3: metadata.minutse: unknown field minutse; did you mean minutes? (allowed: name, tier, skills, title, summary, minutes)',
    ],
    [
      'a missing field',
      (y) => y.replace('  minutes: 5\n', ''),
      'lab.yaml:4:3: metadata.minutes: this field is missing; expected a whole number',
    ],
    [
      'a wrong type',
      (y) => y.replace('minutes: 5', 'minutes: five'),
      'lab.yaml:8:12: metadata.minutes: expected a whole number, found "five"',
    ],
    [
      'an unknown tier',
      (y) => y.replace('tier: silver', 'tier: wood'),
      'lab.yaml:5:9: metadata.tier: "wood" is not allowed (allowed: bronze, silver, gold, diamond)',
    ],
    [
      'a bad duration',
      (y) => y.replace('holds: 5s', 'holds: 5 sec'),
      'lab.yaml:22:18: spec.tasks[0].checks[0].holds: expected a duration such as 500ms, 30s, 1m30s or 2h',
    ],
    [
      'a misspelt field of a check',
      (y) => y.replace('holds: 5s', 'hold: 5s'),
      'lab.yaml:22:11: spec.tasks[0].checks[0].hold: unknown field hold; did you mean holds? (allowed: id, title, points, otherwise, expect, holds, latched, always, object)',
    ],
    [
      'a check without a title',
      (y) => y.replace(/title: \{en: Scaled.*\}\n {10}/, ''),
      'lab.yaml:18:11: spec.tasks[0].checks[0].title: this field is missing; expected a map (allowed: en, zh)',
    ],
    [
      'a check of no kind',
      (y) => y.replace(/object: \{.*\}\n {10}/, ''),
      'lab.yaml:18:11: spec.tasks[0].checks[0]: a check needs one field that says what it looks at (allowed: object, objects, helm, file, http, exec, audit, slo, cost, traffic, ask)',
    ],
    ...asked,
    [
      'a repeated key',
      (y) => y.replace('minutes: 5', 'minutes: 5\n  minutes: 6'),
      'lab.yaml:9:3: Map keys must be unique',
    ],
    [
      'broken YAML',
      (y) => y.replace('skills: [heal]', 'skills: [heal'),
      'lab.yaml:7:3: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'a repeated id',
      (y) => y.replace('id: what', 'id: scaled'),
      'lab.yaml:23:15: spec.tasks[0].checks[1].id: another check has the id scaled already',
    ],
    [
      'a broken expression',
      (y) => y.replace('object.spec.replicas ==', 'object.spec.replicas = ='),
      'lab.yaml:21:40: spec.tasks[0].checks[0].expect: not a CEL expression, at character 22',
    ],
    [
      'an expression that names what there is not, in a block of lines',
      (y) =>
        y.replace(
          'expect: object.spec.replicas == ',
          'expect: |-\n            object.spec.replicas > 1 &&\n            objekt.spec.replicas == ',
        ),
      'lab.yaml:23:13: spec.tasks[0].checks[0].expect: not a CEL expression, at character 29: Unknown variable: objekt (allowed: object, given, now, session)',
    ],
    [
      'a mistake after a variable',
      (y) => y.replace('== ${replicas}', "== ${replicas} && '${namespace}' == shop"),
      'lab.yaml:21:76: spec.tasks[0].checks[0].expect: not a CEL expression, at character 58: Unknown variable: shop',
    ],
    [
      'an expression that is neither true nor false',
      (y) => y.replace('object.spec.replicas == ${replicas}', 'size(object.spec.list) + ${replicas}'),
      'lab.yaml:21:19: spec.tasks[0].checks[0].expect: the expression must be true or false, and is of type int',
    ],
    [
      'a mistake in the words for a failed check',
      (y) => y.replace('holds: 5s', "otherwise: {en: 'a {{ objct.a }}', zh: '{{ object.a'}"),
      'lab.yaml:22:33: spec.tasks[0].checks[0].otherwise.en: not a CEL expression, at character 1: Unknown variable: objct',
    ],
    [
      'words that are not closed',
      (y) => y.replace('holds: 5s', "otherwise: {en: a, zh: '甲{{ object.a'}"),
      'lab.yaml:22:36: spec.tasks[0].checks[0].otherwise.zh: `{{` is not closed by `}}`',
    ],
    [
      'a value that would break out of its place',
      (y) => y.replace('oneOf: [shop, mall]', `oneOf: [shop, "a' || true"]`),
      'lab.yaml:11:31: spec.variables.namespace.oneOf[1]: a value stands in YAML, shells and expressions alike',
    ],
    [
      'a file that is not there',
      (y) => y.replace('given: [given/web.yaml]', 'given: [given/web.yaml, given/no.yaml]'),
      "lab.yaml:13:27: spec.given[1]: there is no file given/no.yaml in the lab's folder",
    ],
    [
      'a path out of the folder',
      (y) => y.replace('solution: [solution/go.sh]', 'solution: [../go.sh]'),
      "lab.yaml:30:14: spec.solution[0]: expected a path inside the lab's folder, without ..",
    ],
    [
      'an undeclared variable',
      (y) => y.replace('{namespace:', '{x:').replace("namespace: '${namespace}', name", "namespace: '${space}', name"),
      'lab.yaml:20:71: the variable space is not declared (allowed: namespace, replicas)',
    ],
    [
      'an unused variable',
      (y) => y.replace('variables:\n', 'variables:\n    idle: {int: [1, 2]}\n'),
      'lab.yaml:11:5: spec.variables.idle: the variable idle is not used anywhere',
    ],
    [
      'a wrong answer for no check',
      (y) => y.replace('fails: [scaled]', 'fails: [scale]'),
      'lab.yaml:32:49: spec.wrong[0].fails[0]: there is no check scale (allowed: scaled, what)',
    ],
    [
      'a question without a right answer',
      (y) => y.replace(', correct: true', ''),
      'lab.yaml:27:15: spec.tasks[0].checks[1].ask.options: no option is correct',
    ],
    [
      'an answer that hangs on an unknown variable',
      (y) => y.replace('correct: true', 'correct: {size: big}'),
      'lab.yaml:27:63: spec.tasks[0].checks[1].ask.options[0].correct.size: the variable size is not declared (allowed: namespace, replicas)',
    ],
    [
      'an answer that hangs on a value that is never drawn',
      (y) => y.replace('correct: true', 'correct: {namespace: [shop, hall], replicas: 9}'),
      'lab.yaml:27:68: spec.tasks[0].checks[1].ask.options[0].correct.namespace: namespace is never hall (allowed: shop, mall)',
    ],
    [
      'a number that is never drawn',
      (y) => y.replace('correct: true', 'correct: {replicas: 9}'),
      'lab.yaml:27:67: spec.tasks[0].checks[1].ask.options[0].correct.replicas: replicas is never 9 (allowed: 3 to 5)',
    ],
    [
      'a question without a right answer for some seeds',
      (y) => y.replace('correct: true', 'correct: {namespace: shop}'),
      'lab.yaml:27:15: spec.tasks[0].checks[1].ask.options: no option is correct when namespace is mall',
    ],
    [
      'a question with two right answers for some seeds',
      (y) => y.replace('zh: 乙}}', 'zh: 乙}, correct: {replicas: [4, 5]}}'),
      'lab.yaml:27:15: spec.tasks[0].checks[1].ask.options: choose: one has one correct option when replicas is 4; write choose: several for more',
    ],
    [
      'an answer that hangs on nothing',
      (y) => y.replace('correct: true', 'correct: {}'),
      'lab.yaml:27:56: spec.tasks[0].checks[1].ask.options[0].correct: name a variable and the values that make this option right',
    ],
    [
      'an answer that is neither right nor wrong',
      (y) => y.replace('correct: true', 'correct: perhaps'),
      'lab.yaml:27:56: spec.tasks[0].checks[1].ask.options[0].correct: "perhaps" is none of what may stand here (allowed: true, {variable: value}, {variable: [a, b]})',
    ],
    [
      'contradicting times',
      (y) => y.replace('holds: 5s', 'holds: 5s\n          always: true'),
      'lab.yaml:22:18: spec.tasks[0].checks[0].holds: always and holds contradict each other: a rule is never broken, not for a time',
    ],
    [
      'a language left out',
      (y) => y.replace('title: {en: Scale, zh: 扩容}', 'title: {en: Scale}'),
      'lab.yaml:16:14: spec.tasks[0].title.zh: this field is missing; expected a text',
    ],
    [
      'a name that is not the folder’s',
      (y) => y.replace('name: tiny', 'name: huge'),
      "lab.yaml:4:9: metadata.name: the lab's name is its folder's name (allowed: tiny)",
    ],
    [
      'a number out of its range',
      (y) => y.replace('minutes: 5', 'minutes: 500'),
      'lab.yaml:8:12: metadata.minutes: 500 is not allowed (allowed: 1 to 240)',
    ],
    [
      'a number that is none to YAML',
      (y) => y.replace('id: what', 'id: 1.10'),
      'lab.yaml:23:15: spec.tasks[0].checks[1].id: expected a text, found 1.1; put it in quotes',
    ],
    [
      'a list that is too long',
      (y) => y.replace('skills: [heal]', 'skills: [heal, scale, observe]'),
      'lab.yaml:6:11: metadata.skills: this list has 3 items; at most 2 items may be there',
    ],
    [
      'a list that is empty',
      (y) => y.replace('fails: [scaled]', 'fails: []'),
      'lab.yaml:32:48: spec.wrong[0].fails: this list is empty; at least 1 item must be there',
    ],
    [
      'a text that is empty',
      (y) => y.replace('zh: 扩容}', "zh: ''}"),
      'lab.yaml:16:30: spec.tasks[0].title.zh: this text is empty; at least 1 character must be there',
    ],
    [
      'a text where both languages should be',
      (y) => y.replace('title: {en: Scale, zh: 扩容}', 'title: Scale'),
      'lab.yaml:16:14: spec.tasks[0].title: expected a map, found "Scale" (allowed: en, zh)',
    ],
    [
      'a name that is none',
      (y) => y.replace('id: scale', 'id: Scale it'),
      'lab.yaml:15:11: spec.tasks[0].id: expected lower-case letters, digits and dashes; found "Scale it"',
    ],
    [
      'a name of a variable that is none',
      (y) => y.replace('namespace: {oneOf', 'name-space: {oneOf'),
      'lab.yaml:11:5: spec.variables.name-space: the name name-space is not allowed: expected a lower-case letter, then letters and digits',
    ],
    [
      'a variable with one value only',
      (y) => y.replace('oneOf: [shop, mall]', 'oneOf: [shop]'),
      'lab.yaml:11:24: spec.variables.namespace.oneOf: this list has 1 item; at least 2 items must be there',
    ],
    [
      'a value of a variable that is a list',
      (y) => y.replace('oneOf: [shop, mall]', 'oneOf: [shop, [mall]]'),
      'lab.yaml:11:31: spec.variables.namespace.oneOf[1]: a list is none of what may stand here (allowed: a text, a number)',
    ],
    [
      'a number of a variable that is no whole one',
      (y) => y.replace('int: [3, 5]', 'int: [3, 5.5]'),
      'lab.yaml:12:25: spec.variables.replicas.int[1]: expected a whole number, found 5.5',
    ],
    [
      'a misspelt kind of variable',
      (y) => y.replace('{int: [3, 5]}', '{int: [3, 5], oneof: [1]}'),
      'lab.yaml:12:29: spec.variables.replicas.oneof: unknown field oneof (allowed: int)',
    ],
    [
      'an image that behaves as none does',
      (y) => y.replace('  given:', '  images: {web: {serves: 99999, logs: {a: b}}}\n  given:'),
      'lab.yaml:13:26: spec.images.web.serves: 99999 is not allowed (allowed: 1 to 65535)',
    ],
    [
      'logs of no kind',
      (y) => y.replace('  given:', '  images: {web: {logs: {a: b}}}\n  given:'),
      'lab.yaml:13:24: spec.images.web.logs: a map is none of what may stand here (allowed: a text, a list of texts)',
    ],
    [
      'a misspelt file',
      (y) => y.replace('solution: [solution/go.sh]', 'solution: [solution/goo.sh]'),
      "lab.yaml:30:14: spec.solution[0]: there is no file solution/goo.sh in the lab's folder (allowed: solution/go.sh)",
    ],
    [
      'a variable of no kind',
      (y) => y.replace('{int: [3, 5]}', '7'),
      'lab.yaml:12:15: spec.variables.replicas: 7 is none of what may stand here (allowed: {oneOf: [a, b]}, {int: [1, 5]})',
    ],
  ];
  it.each(mistakes)('says where %s is and what is allowed', async (_, change, expected) => {
    const issues = await issuesOf(await folder(change));
    expect(issues).toContainEqual(expect.stringMatching(`^${expected.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
  });

  it('says where a manifest is broken as the file has it, with the variables still in it', async () => {
    const dir = await folder();
    const list =
      "kind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: '${namespace}'}}\n- {kind: Secret}\n";
    await writeFile(path.join(dir, 'given/web.yaml'), list);
    expect(await issuesOf(dir)).toEqual([
      'given/web.yaml:4:3: a manifest needs apiVersion, kind and metadata.name; without: apiVersion, metadata.name',
    ]);
    await writeFile(path.join(dir, 'given/web.yaml'), "{metadata: {name: '${namespace}'}, a: ]}\n");
    expect((await issuesOf(dir))[0]).toMatch(/^given\/web\.yaml:1:39: /);
  });

  it('leaves what is no variable of a lab to shells, and takes $${name} for ${name}', async () => {
    const dir = await folder();
    await writeFile(path.join(dir, 'text.en.md'), 'In ${namespace}: `echo ${HOME} $${replicas}`');
    expect(bindLab(await loadLab(dir), 'a').texts.en).toMatch(/^In \w+: `echo \$\{HOME\} \$\{replicas\}`$/);
  });

  it('takes a debrief in both languages or none, bound to the seed', async () => {
    const dir = await folder();
    expect(await loadLab(dir)).not.toHaveProperty('debrief');
    expect(bindLab(await loadLab(dir), 'a')).not.toHaveProperty('debrief');
    const en = path.join(dir, 'debrief.en.md');
    await writeFile(en, 'It was ${replicas} in ${place}.');
    expect(await issuesOf(dir)).toEqual([
      'debrief.zh.md: this text is missing or empty: a lab speaks both languages',
      'debrief.en.md:1:23: the variable place is not declared (allowed: namespace, replicas)',
    ]);
    await writeFile(en, 'It was ${replicas}.\n');
    await writeFile(path.join(dir, 'debrief.zh.md'), '共 ${replicas} 份。\n');
    const bound = bindLab(await loadLab(dir), 'a');
    const { replicas } = bound.variables;
    expect(bound.debrief).toEqual({ en: `It was ${replicas}.`, zh: `共 ${replicas} 份。` });
  });

  it('refuses YAML that is nested without end, or refers to itself', async () => {
    for (const text of [
      '['.repeat(200_000),
      '{a: '.repeat(100_000),
      '- '.repeat(100_000),
      'a: &a [*a]\nkind: &k [*a, *k]\n',
    ]) {
      const dir = await folder(() => text);
      await writeFile(path.join(dir, 'given/web.yaml'), text);
      await expect(loadLab(dir)).rejects.toBeInstanceOf(LabInvalidError);
      const other = await folder();
      await writeFile(path.join(other, 'given/web.yaml'), text);
      await expect(loadLab(other)).rejects.toBeInstanceOf(LabInvalidError);
    }
  });

  it('refuses links, missing texts and manifests that are none', async () => {
    const dir = await folder();
    await symlink('/etc/passwd', path.join(dir, 'given/link.yaml'));
    await rm(path.join(dir, 'text.zh.md'));
    await writeFile(path.join(dir, 'given/web.yaml'), `${manifest}---\nkind: ConfigMap\n`);
    const issues = await issuesOf(dir);
    expect(issues).toContain('given/link.yaml: only plain files are allowed here, no links or devices');
    expect(issues).toContain('text.zh.md: this text is missing or empty: a lab speaks both languages');
    expect(issues).toContain(
      'given/web.yaml:6:1: a manifest needs apiVersion, kind and metadata.name; without: apiVersion, metadata.name',
    );
  });

  it('says so when there is no folder or no lab.yaml', async () => {
    expect(await issuesOf('/nowhere/at/all')).toEqual(['.: there is no such folder']);
    const dir = await mkdtemp(path.join(tmpdir(), 'kubedan-labs-'));
    made.push(dir);
    expect(await issuesOf(dir)).toContain('lab.yaml: this file is missing: every lab has one');
  });

  it('finds mistakes in any bytes and never fails otherwise', { timeout: 30_000 }, async () => {
    const dir = await folder();
    // A fixed generator, so that a failure can be seen again.
    let state = 12345;
    const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    for (let round = 0; round < 300; round += 1) {
      const characters = [...good];
      for (let change = 0; change < 4; change += 1) {
        characters[Math.floor(random() * characters.length)] = String.fromCodePoint(Math.floor(random() * 0x250));
      }
      await writeFile(path.join(dir, 'lab.yaml'), characters.join(''));
      const outcome = await loadLab(dir).catch((error: unknown) => error);
      expect(!(outcome instanceof Error) || outcome instanceof LabInvalidError).toBe(true);
    }
  });
});

describe('loadCatalogue', () => {
  it('keeps the good labs when another is broken', async () => {
    const dir = await folder();
    const labsDir = path.dirname(path.dirname(dir));
    await mkdir(path.join(labsDir, 'gold', 'broken'), { recursive: true });
    const { labs, invalid } = await loadCatalogue(labsDir);
    expect(labs.map(({ name }) => name)).toEqual(['tiny']);
    expect(invalid.map(({ dir: where }) => path.basename(where))).toEqual(['broken']);
  });
});

describe('bindLab', () => {
  it('gives the same lab for the same seed, and puts the values in everywhere', async () => {
    const lab = await loadLab(await folder());
    const bound = bindLab(lab, 'seed-1');
    expect(bindLab(lab, 'seed-1').variables).toEqual(bound.variables);
    const { namespace, replicas } = bound.variables;
    expect(['shop', 'mall']).toContain(namespace);
    expect(bound.texts.en).toBe(`Scale web in ${namespace}.`);
    expect(bound.given[0]).toMatchObject({ metadata: { namespace }, data: { size: String(replicas) } });
    expect(bound.checks[0]?.check).toMatchObject({
      object: { namespace },
      expect: `object.spec.replicas == ${replicas}`,
    });
    expect(bound.script('solution/go.sh')).toBe(
      `kubectl -n ${namespace} scale deploy/web --replicas ${replicas} # \${HOME}\n`,
    );
  });

  it('settles which options are right with the seed', async () => {
    const lab = await loadLab(
      await folder((y) =>
        y
          .replace('correct: true', 'correct: {namespace: shop}')
          .replace('zh: 乙}}', 'zh: 乙}, correct: {namespace: [mall], replicas: [3, 4, 5]}}'),
      ),
    );
    for (const seed of ['1', '2', '3', '4', '5']) {
      const { variables, checks, document } = bindLab(lab, seed);
      const isShop = variables['namespace'] === 'shop';
      const options = [{ correct: isShop }, { correct: !isShop }];
      expect(checks[1]?.check).toMatchObject({ ask: { options } });
      expect(document.spec.tasks[0]?.checks[1]).toMatchObject({ ask: { options } });
    }
  });

  it('draws differently for different seeds', async () => {
    const lab = await loadLab(await folder());
    const drawn = new Set(
      Array.from({ length: 40 }, (_, index) => JSON.stringify(bindLab(lab, `s${index}`).variables)),
    );
    expect(drawn.size).toBe(6);
  });
});
