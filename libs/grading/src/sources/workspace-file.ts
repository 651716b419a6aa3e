import { refuseDeepYaml } from '@kubedan/labs';
import { DockerfileParser } from 'dockerfile-ast';
import { parseAllDocuments } from 'yaml';

/** Bytes. What takes longer to parse may be less: a learner's file must not hold up the grading of others. */
const largest: Record<FileFormat, number> = {
  text: 1024 * 1024,
  json: 1024 * 1024,
  yaml: 256 * 1024,
  dockerfile: 64 * 1024,
};

export type FileFormat = 'text' | 'yaml' | 'json' | 'dockerfile';

export interface DockerfileInstruction {
  /** In capitals: `FROM`, `RUN`, … */
  name: string;
  args: string[];
  /** All that follows the name and flags, in one line. */
  text: string;
  /** `--from=build` is {from: 'build'}; one that comes several times, as --mount may, has its values with spaces between them. */
  flags: Record<string, string>;
  /** From 1. */
  line: number;
}
export interface DockerfileStage {
  /** After AS; empty without. */
  name: string;
  image: string;
  instructions: DockerfileInstruction[];
}
/** A file of the learner's workspace as checks see it. */
export interface WorkspaceFile {
  path: string;
  text: string;
  lines: string[];
  /** yaml: the first document; json: the value. */
  data?: unknown;
  /** yaml: all documents. */
  documents?: unknown[];
  /** dockerfile. */
  instructions?: DockerfileInstruction[];
  stages?: DockerfileStage[];
}

/** The file is not of the format that the check reads; the message says where, in the learner's own file. */
export class FileUnreadableError extends Error {
  override readonly name = 'FileUnreadableError';
}

/** @throws FileUnreadableError when the file is too large or does not parse */
export function parseFile(path: string, bytes: Uint8Array, format: FileFormat): WorkspaceFile {
  if (bytes.byteLength > largest[format]) throw new FileUnreadableError(`it has more than ${largest[format]} bytes`);
  const text = Buffer.from(bytes).toString('utf8');
  const file: WorkspaceFile = { path, text, lines: text.split(/\r?\n/) };
  try {
    if (format === 'json') file.data = JSON.parse(text);
    if (format === 'yaml') {
      file.documents = yamlDocuments(text);
      file.data = file.documents[0] ?? null;
    }
    if (format === 'dockerfile') Object.assign(file, dockerfile(text));
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new FileUnreadableError(reason, { cause });
  }
  return file;
}

function yamlDocuments(text: string): unknown[] {
  refuseDeepYaml(text);
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    const value = document.toJS({ maxAliasCount: 50 }) as unknown;
    // An alias may name what it stands in; JSON has no such thing, and neither has what reads it.
    JSON.stringify(value);
    return value;
  });
}

/** A backslash at the end of a line, and the comments that may stand before the line that goes on. */
const continuation = /\\[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*/g;

function dockerfile(text: string): { instructions: DockerfileInstruction[]; stages: DockerfileStage[] } {
  const instructions = DockerfileParser.parse(text)
    .getInstructions()
    .map((instruction): DockerfileInstruction => {
      const flags = 'getFlags' in instruction ? (instruction.getFlags as () => Flag[])() : [];
      const byName = Map.groupBy(flags, (flag) => flag.getName());
      const entries = [...byName].map(([name, same]) => [name, same.map((flag) => flag.getValue() ?? '').join(' ')]);
      return {
        name: instruction.getKeyword().toUpperCase(),
        args: instruction.getArguments().map((argument) => argument.getValue()),
        text: (instruction.getRawArgumentsContent() ?? '').replaceAll(continuation, '').trim(),
        flags: Object.fromEntries(entries) as Record<string, string>,
        line: instruction.getRange().start.line + 1,
      };
    });
  const stages: DockerfileStage[] = [];
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') {
      const [image = '', as = '', name = ''] = instruction.args;
      stages.push({ image, name: as.toUpperCase() === 'AS' ? name : '', instructions: [] });
    } else stages.at(-1)?.instructions.push(instruction);
  }
  return { instructions, stages };
}
interface Flag {
  getName(): string;
  getValue(): string | null;
}
