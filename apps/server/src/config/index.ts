export { configSchemas, readConfig, type Config, type Environment } from './config.js';
export { ConfigInvalidError } from './config-invalid.error.js';
