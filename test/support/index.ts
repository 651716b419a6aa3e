export * from './api.js';
export * from './browser.js';
export * from './preview-process.js';
export * from './processes.js';
export * from './programs.js';
export * from './root.js';
export * from './server-process.js';
