import { tiers } from '@kubedan/contracts';
import { formatIssue, formatPath, YamlSource, type LabIssue } from '@kubedan/labs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { bankItemSchema, type BankItem } from './bank-item.js';

/** The bank that comes with Kubedan, above both src and dist of this file. */
export const ownBank = path.resolve(import.meta.dirname, '../bank');

/** All questions, in the order of their files. */
export class Bank {
  readonly #byId: ReadonlyMap<string, BankItem>;

  constructor(readonly items: readonly BankItem[]) {
    this.#byId = new Map(items.map((item) => [item.id, item]));
  }

  /** @returns undefined when the bank has no such question (any more) */
  find(id: string): BankItem | undefined {
    return this.#byId.get(id);
  }
}

/** The bank cannot be used; issues lists every mistake found, each with its place. */
export class BankInvalidError extends Error {
  override readonly name = 'BankInvalidError';
  constructor(
    readonly dir: string,
    readonly issues: readonly LabIssue[],
  ) {
    super(
      `The question bank in ${dir} has ${issues.length} mistake${issues.length === 1 ? '' : 's'}:\n${issues.map(formatIssue).join('\n')}`,
    );
  }
}

/**
 * Reads `<tier>.yaml` of each tier: a list of questions.
 * @param dir the folder
 * @throws BankInvalidError with every mistake found
 */
export async function loadBank(dir: string = ownBank): Promise<Bank> {
  const items: BankItem[] = [];
  const issues: LabIssue[] = [];
  const placeOf = new Map<string, string>();
  for (const tier of tiers) {
    const file = `${tier}.yaml`;
    const text = await readFile(path.join(dir, file), 'utf8').catch(() => undefined);
    if (text === undefined) {
      issues.push({ file, message: 'this file is missing: each tier has questions' });
      continue;
    }
    const source = new YamlSource(file, text);
    const { data, error } = z.array(bankItemSchema).min(1).safeParse(source.value());
    if (source.issues.length > 0) {
      issues.push(...source.issues);
      continue;
    }
    for (const issue of error?.issues ?? []) issues.push(...issuesOf(issue, source));
    for (const [index, item] of (data ?? []).entries()) {
      const at = (field: string): Pick<LabIssue, 'file' | 'line' | 'column' | 'path'> => ({
        file,
        ...source.position([index, field]),
        path: formatPath([index, field]),
      });
      if (item.tier !== tier) issues.push({ ...at('tier'), message: `${file} holds ${tier} questions only` });
      const twin = placeOf.get(item.id);
      if (twin !== undefined) issues.push({ ...at('id'), message: `${twin} has the id ${item.id} already` });
      placeOf.set(item.id, `${file}:${source.position([index, 'id']).line}`);
      items.push(item);
    }
  }
  if (issues.length > 0) throw new BankInvalidError(dir, issues);
  return new Bank(items);
}

function issuesOf(issue: z.core.$ZodIssue, source: YamlSource): LabIssue[] {
  const at = (where: PropertyKey[], key = false) => ({
    file: source.file,
    ...source.position(where, key),
    path: formatPath(where),
  });
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ ...at([...issue.path, key], true), message: `unknown field ${key}` }));
  }
  return [{ ...at(issue.path), message: issue.message }];
}
