export { writeArchive, type Image, type ImageConfig, type Layer } from './archive.js';
export { imagesOf, writeImageArchive, type CatalogueOptions } from './catalogue.js';
export { commandNames } from './commands.js';
export { writeRegistry } from './registry.js';
export { tarOf, type TarEntry } from './tar.js';
