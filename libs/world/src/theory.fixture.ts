/** Formulas of queueing theory that the simulation is compared with. λ and μ in requests per second; results in seconds. */

/** Probability that an arrival is lost in M/M/c/c: Erlang's B formula, by its recursion. @param load λ/μ */
export function erlangB(servers: number, load: number): number {
  let lost = 1;
  for (let n = 1; n <= servers; n += 1) lost = (load * lost) / (n + load * lost);
  return lost;
}

/** Probability that an arrival waits in M/M/c: Erlang's C formula. @param load λ/μ, below servers */
export function erlangC(servers: number, load: number): number {
  const lost = erlangB(servers, load);
  return lost / (1 - (load / servers) * (1 - lost));
}

/** Mean time in an M/M/c system, waiting and service. */
export function mmc(servers: number, arrivals: number, service: number): number {
  return erlangC(servers, arrivals / service) / (servers * service - arrivals) + 1 / service;
}

/** Mean time in an M/G/1 system, first come, first served: Pollaczek and Khinchine. @param variation of the service time */
export function mg1(arrivals: number, service: number, variation: number): number {
  const load = arrivals / service;
  return 1 / service + (load * (1 + variation ** 2)) / (2 * service * (1 - load));
}

/** Quantile of the time in an M/M/1 system, which is exponential. */
export function mm1Quantile(arrivals: number, service: number, quantile: number): number {
  return -Math.log(1 - quantile) / (service - arrivals);
}
