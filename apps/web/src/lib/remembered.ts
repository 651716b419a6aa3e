/** What this browser remembers of a person's choices. Storage may be forbidden: then nothing is remembered, and nothing breaks. */
export function remember(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`kubedan.${name}`);
    else localStorage.setItem(`kubedan.${name}`, value);
  } catch {
    // Private windows may refuse.
  }
}

export function remembered(name: string): string | undefined {
  try {
    return localStorage.getItem(`kubedan.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}
