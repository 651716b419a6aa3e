export { configurationCases } from './configuration.js';
export { crashCases } from './crashes.js';
export { endingCases } from './endings.js';
export { imageCases } from './images.js';
export { initCases } from './init-containers.js';
export { nodeCases } from './nodes.js';
export { probeCases } from './probes.js';
export { admissionCases, schedulingCases } from './scheduling.js';
export { workloadCases } from './workloads.js';
