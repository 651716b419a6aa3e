import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeCommand } from '../../docker/src/fake-command.fixture.js';
import { Kind } from './kind.js';

/** kind and docker, played: containers are lines of the file `containers`, journals are the file `journal`. */
export class FakeKind implements AsyncDisposable {
  private constructor(
    readonly kind: FakeCommand,
    readonly docker: FakeCommand,
  ) {}

  static async make(): Promise<FakeKind> {
    const docker = await FakeCommand.make('docker');
    const fake = new FakeKind(await FakeCommand.make('kind', docker.dir), docker);
    await docker.does('ps', 'if [ -s "$DIR/containers" ]; then cat "$DIR/containers"; fi');
    await docker.does(
      'inspect',
      `shift 3; comma=''; printf '['
for name; do
  printf '%s{"Id":"%s","Name":"/%s","Config":{"Image":"i","Labels":{}},"State":{"Status":"%s","ExitCode":0},"HostConfig":{},"NetworkSettings":{}}' \\
    "$comma" "$name" "$name" "$(cat "$DIR/status" 2>/dev/null || echo running)"; comma=,
done; printf ']'`,
    );
    await docker.does('rm', 'sleep 0.02; rm -f "$DIR/containers"');
    await docker.does('exec', 'cat "$DIR/journal"');
    await docker.does('logs', 'cat "$DIR/log"');
    return fake;
  }

  get dir(): string {
    return this.docker.dir;
  }

  get kubeconfigPath(): string {
    return join(this.dir, 'kubeconfig');
  }

  /** @param more of the wrapper's options */
  wrapper(more: Partial<ConstructorParameters<typeof Kind>[0]> = {}): Kind {
    return new Kind({ binary: this.kind.path, docker: this.docker.path, ...more });
  }

  /** What `kind create` does: these steps go well, then comes this piece of shell. */
  async creates(steps: readonly string[], then: string): Promise<void> {
    const played = steps.map((text) =>
      [
        `echo ' • ${text}  ...' >&2`,
        ...(text.startsWith('Preparing nodes') ? [`echo "x-control-plane" > "$DIR/containers"`] : []),
        `echo ' ✓ ${text}' >&2`,
      ].join('\n'),
    );
    await this.kind.does('create', `cat > "$DIR/config"; printenv > "$DIR/env"\n${played.join('\n')}\n${then}`);
  }

  /** What the kubelet's journal says. */
  async journal(text: string): Promise<void> {
    await writeFile(join(this.dir, 'journal'), text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.docker[Symbol.asyncDispose]();
  }
}

/** As kind v0.33 says them, pictures and all. */
export const kindSteps = [
  'Ensuring node image (kindest/node:v1.35.4) 🖼️',
  'Preparing nodes 📦 📦 ',
  'Writing configuration 📜',
  'Starting control-plane 🕹️',
  'Installing CNI 🔌',
  'Installing StorageClass 💾',
  'Joining worker nodes 🚜',
] as const;
