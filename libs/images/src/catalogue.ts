import { millisecondsOf, quantityOf, type ImageBehaviour, type ImageCatalogue } from '@kubedan/contracts';
import { writeArchive, type Image } from './archive.js';
import { commandNames } from './commands.js';
import type { TarEntry } from './tar.js';

const program = '/usr/local/bin/workload';
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface CatalogueOptions {
  /** A lab's images: reference and behaviour. */
  catalogue: ImageCatalogue;
  /** Path on this machine of the static program `workload`, for Linux. */
  workload: string;
}

/**
 * The images of a catalogue, each FROM scratch: the program, its commands by their names, and the behaviour as a file. All
 * share their first layer.
 */
export function imagesOf({ catalogue, workload }: CatalogueOptions): Image[] {
  const base: TarEntry[] = [
    { path: 'tmp', mode: 0o1777, directory: true },
    { path: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' },
    { path: 'etc/group', content: 'root:x:0:\nnobody:x:65534:\n' },
    { path: 'root', mode: 0o700, directory: true },
    { path: program.slice(1), mode: 0o755, file: workload },
    ...commandNames.map((name) => ({ path: `bin/${name}`, link: program })),
  ];
  return Object.entries(catalogue).map(([reference, behaviour]) => {
    const name = programNameOf(reference);
    const own: TarEntry[] = [
      { path: 'etc/kubedan/image.json', content: `${JSON.stringify(settingsOf(reference, behaviour))}\n` },
      ...(name === undefined ? [] : [{ path: `usr/local/bin/${name}`, link: program }]),
    ];
    return {
      references: [reference],
      layers: [base, own],
      config: {
        Entrypoint: [name === undefined ? program : `/usr/local/bin/${name}`],
        Env: [PATH],
        WorkingDir: '/',
        ...(behaviour.serves === undefined ? {} : { ExposedPorts: { [`${behaviour.serves}/tcp`]: {} } }),
      },
    };
  });
}

/**
 * Writes the images of a catalogue as one archive for `kind load image-archive` or `docker load`, in milliseconds and
 * without a container engine.
 */
export async function writeImageArchive(options: CatalogueOptions & { file: string }): Promise<void> {
  await writeArchive(imagesOf(options), options.file);
}

/** The program goes by its image's name, as `web` in registry.example/web:1.0, unless a command has that name. */
function programNameOf(reference: string): string | undefined {
  const name = /([^/:@]+)(?::[^/:@]*)?(?:@[^/]*)?$/.exec(reference)?.[1];
  return name === undefined || name === 'workload' || commandNames.includes(name) ? undefined : name;
}

/** The behaviour in the words of the program: milliseconds and bytes; see `image` in go/workload/image.go. */
function settingsOf(reference: string, behaviour: ImageBehaviour) {
  const milliseconds = (text: string | undefined, otherwise = 0) =>
    text === undefined ? otherwise : millisecondsOf(text);
  const { exits, crashes } = behaviour;
  return {
    reference,
    version: /:([^/:@]+)(?:@[^/]*)?$/.exec(reference)?.[1] ?? 'latest',
    ownProgram: Object.keys(behaviour).some((field) => field !== 'pullsIn'),
    serves: behaviour.serves ?? 0,
    paths: behaviour.paths ?? null,
    startsIn: milliseconds(behaviour.startsIn),
    logs: linesOf(behaviour.logs),
    memory: quantityOf(behaviour.memory),
    unhealthyAfter: milliseconds(behaviour.unhealthyAfter, -1),
    stopsIn: milliseconds(behaviour.stopsIn),
    exits: exits ? { exitCode: exits.exitCode, after: milliseconds(exits.after), logs: linesOf(exits.logs) } : null,
    crashes: crashes
      ? {
          exitCode: crashes.exitCode,
          after: milliseconds(crashes.after),
          logs: linesOf(crashes.logs),
          when: crashes.when ?? null,
        }
      : null,
  };
}

function linesOf(logs: string | string[] | undefined): string[] {
  if (logs === undefined) return [];
  return (Array.isArray(logs) ? logs : logs.split('\n')).map((line) => line.replace(/\n$/, ''));
}
