/** A selector that cannot be read; the message says what is wrong with it. */
export class SelectorInvalidError extends Error {
  override readonly name = 'SelectorInvalidError';
}

export type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

const name = '[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?';
const keyPattern = new RegExp(`^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?${name}$`);
const valuePattern = new RegExp(`^(?:${name})?$`);
// No longer than Kubernetes has them: a prefix of 253, a name of 63.
const isKey = (text: string) => text.length <= 317 && keyPattern.test(text);
const isValue = (text: string) => text.length <= 63 && valuePattern.test(text);
/** Longer ones are nobody's; each is matched against every pod. */
const MAX_LENGTH = 4_096;

/**
 * @param selector as `kubectl -l` takes it: `app=web,tier!=db,env in (a,b),!legacy` (apimachinery's labels.Parse)
 * @returns whether labels match; an empty selector matches all
 * @throws SelectorInvalidError
 */
export function labelSelector(selector: string): (labels: Labels) => boolean {
  if (selector.length > MAX_LENGTH)
    throw new SelectorInvalidError(`a label selector has at most ${MAX_LENGTH} characters`);
  const requirements = partsOf(selector).map(requirementOf);
  return (labels) => requirements.every((holds) => holds(labels));
}

/** The parts between commas that are not in parentheses. */
function partsOf(selector: string): string[] {
  if (selector.trim() === '') return [];
  const parts = [''];
  let depth = 0;
  for (const letter of selector) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
}

function requirementOf(part: string): Requirement {
  const [, not, label = ''] = /^(!?)\s*([^\s=!(),]+)$/.exec(part) ?? [];
  if (isKey(label)) return (labels) => Object.hasOwn(labels, label) !== (not === '!');
  const [, key = '', operator, wanted = ''] = /^([^\s=!(),]+)\s*(==|=|!=)\s*([^\s=!(),]*)$/.exec(part) ?? [];
  if (operator && isKey(key) && isValue(wanted)) {
    return (labels) => (own(labels, key) === wanted) !== (operator === '!=');
  }
  const [, name = '', membership, list = ''] = /^([^\s=!(),]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(part) ?? [];
  const values = list.split(',').map((one) => one.trim());
  if (membership && isKey(name) && values.every(isValue)) {
    return (labels) => {
      const actual = own(labels, name);
      return (actual !== undefined && values.includes(actual)) === (membership === 'in');
    };
  }
  throw new SelectorInvalidError(`unable to parse requirement: ${JSON.stringify(part)}`);
}

const own = (labels: Labels, label: string): string | undefined =>
  Object.hasOwn(labels, label) ? labels[label] : undefined;

/** What field selectors can ask of an object. */
export type Fields = Readonly<Record<string, string>>;

/**
 * @param selector as `kubectl --field-selector` takes it: `metadata.name=web,metadata.namespace!=shop`
 * @param known the fields that there are
 * @throws SelectorInvalidError
 */
export function fieldSelector(selector: string, known: readonly string[]): (fields: Fields) => boolean {
  const terms = selector
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, field = '', operator, wanted = ''] = /^\s*([\w.]+)\s*(==|=|!=)\s*([^=!]*?)\s*$/.exec(part) ?? [];
      if (!operator) throw new SelectorInvalidError(`invalid field selector: ${JSON.stringify(part)}`);
      if (!known.includes(field)) throw new SelectorInvalidError(`field label not supported: ${field}`);
      return (fields: Fields) => (fields[field] === wanted) !== (operator === '!=');
    });
  return (fields) => terms.every((holds) => holds(fields));
}
