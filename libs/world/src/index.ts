export { compileWorld, targetOf } from './compile.js';
export { createWorld, type WorldStart } from './simulated-world.js';
export type * from './facts.js';
export * from './figures.js';
export type * from './plan.js';
export { profileOf, rateAt } from './profile.js';
export type { World } from './world-api.js';
