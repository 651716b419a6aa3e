/** The providers of clusters that there are, in the order that is preferred unless an operator says otherwise: the real one first. */
export const providerNames = ['kind', 'embedded'] as const;
export type ProviderName = (typeof providerNames)[number];
