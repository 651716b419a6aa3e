import type { Capability, LocalizedText } from '@kubedan/contracts';
import { NoProviderError } from './errors.js';
import type { ClusterProvider } from './provider.js';

/**
 * @param providers in the operator's order of preference
 * @param needs what the lab asks for
 * @returns the first provider that has it all and is usable here
 * @throws NoProviderError with each provider's reason
 */
export async function chooseProvider(
  providers: readonly ClusterProvider[],
  needs: readonly Capability[],
): Promise<ClusterProvider> {
  const reasons: { provider: string; reason: LocalizedText; remedy?: LocalizedText }[] = [];
  for (const provider of providers) {
    const lacking = needs.filter((need) => !provider.capabilities.includes(need));
    if (lacking.length > 0) {
      const list = lacking.join(', ');
      reasons.push({ provider: provider.name, reason: { en: `it has no ${list}.`, zh: `它不提供 ${list}。` } });
      continue;
    }
    const availability = await provider.probe();
    if (availability.usable) return provider;
    reasons.push({ provider: provider.name, reason: availability.reason, remedy: availability.remedy });
  }
  throw new NoProviderError(reasons);
}
