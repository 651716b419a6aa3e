/** The time, where logic depends on it. */
export type Clock = () => Date;
export const CLOCK = Symbol('clock');
export const systemClock: Clock = () => new Date();
