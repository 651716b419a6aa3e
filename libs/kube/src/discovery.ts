export interface KubeResource {
  plural: string;
  namespaced: boolean;
}

/** @returns the URL path of a group and version: `/api/v1` for `v1`, else `/apis/…` */
export function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean }[];
}

/** Knows which path each kind has; asks the API server once a group and version, and again for a kind it does not know. */
export class Discovery {
  readonly #groups = new Map<string, Promise<Map<string, KubeResource>>>();
  constructor(private readonly read: (path: string) => Promise<unknown>) {}

  /** @returns the resource, or undefined when the API server has no such kind */
  async resourceOf(apiVersion: string, kind: string): Promise<KubeResource | undefined> {
    const known = this.#groups.get(apiVersion);
    const found = (await known)?.get(kind);
    if (found) return found;
    if (known === this.#groups.get(apiVersion)) this.#groups.delete(apiVersion);
    return (await this.#group(apiVersion)).get(kind);
  }

  #group(apiVersion: string): Promise<Map<string, KubeResource>> {
    let group = this.#groups.get(apiVersion);
    if (!group) {
      group = this.#ask(apiVersion);
      this.#groups.set(apiVersion, group);
      group.catch(() => {
        if (this.#groups.get(apiVersion) === group) this.#groups.delete(apiVersion);
      });
    }
    return group;
  }

  async #ask(apiVersion: string): Promise<Map<string, KubeResource>> {
    const kinds = new Map<string, KubeResource>();
    const list = (await this.read(groupPath(apiVersion))) as ResourceList | undefined;
    for (const one of list?.resources ?? []) {
      // Names with a slash are sub-resources.
      if (!one.name.includes('/')) kinds.set(one.kind, { plural: one.name, namespaced: one.namespaced });
    }
    return kinds;
  }
}
