const deepest = 100;
const compact = new RegExp(`(?:[-?][ \\t]+){${deepest}}`);

/** The YAML is nested deeper than any real file; parsing it would block for seconds. */
export class YamlTooDeepError extends Error {
  override readonly name = 'YamlTooDeepError';

  constructor(
    /** From 0, in the text. */
    readonly offset: number,
  ) {
    super(`nested deeper than ${deepest} levels`);
  }
}

/**
 * Looks at a text before it is parsed: YAML parsers take time that grows with the square of the depth. Brackets in strings
 * count, too; a file with a hundred more opening than closing ones in them is none that anybody writes.
 * @throws YamlTooDeepError
 */
export function refuseDeepYaml(text: string): void {
  let depth = 0;
  for (let offset = 0; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth -= 1;
    if (depth > deepest) throw new YamlTooDeepError(offset);
  }
  const match = compact.exec(text);
  if (match) throw new YamlTooDeepError(match.index);
}
