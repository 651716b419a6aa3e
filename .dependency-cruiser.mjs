// Who may import whom: docs/architecture.md, "Layers". A part is imported by its index alone.
const layers = {
  contracts: [],
  kube: [],
  binaries: [],
  docker: [],
  kind: ['docker'],
  images: ['contracts'],
  plane: ['binaries', 'kube'],
  kubelet: ['contracts', 'kube', 'world'],
  world: ['contracts'],
  labs: ['contracts'],
  placement: ['contracts', 'labs'],
  ranks: ['contracts'],
  shell: ['binaries'],
  grading: ['contracts', 'kube', 'labs', 'world'],
  clusters: ['contracts', 'kube', 'plane', 'kubelet', 'binaries', 'docker', 'kind', 'images', 'world'],
  'lab-setup': ['kube', 'labs', 'clusters', 'grading', 'shell'],
  proving: ['contracts', 'kube', 'labs', 'clusters', 'grading', 'lab-setup', 'shell', 'binaries'],
};

const libraryRules = Object.entries(layers).map(([library, allowed]) => ({
  name: `layer-of-${library}`,
  comment: `libs/${library} may use ${allowed.length === 0 ? 'no other library' : allowed.join(', ')}`,
  severity: 'error',
  from: { path: `^libs/${library}/` },
  to: { path: '^(libs|apps|test)/', pathNot: `^libs/(${[library, ...allowed].join('|')})/` },
}));

export default {
  forbidden: [
    ...libraryRules,
    {
      name: 'by-index-only',
      comment: 'a library is imported by its index',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/' },
      to: { path: '^libs/[^/]+/', pathNot: ['^libs/$2/', '^libs/[^/]+/(src|dist)/index\\.(d\\.)?[tj]s$'] },
    },
    {
      name: 'no-nest-in-libs',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: 'node_modules/(@nestjs|typeorm)/' },
    },
    {
      name: 'web-by-contracts-alone',
      severity: 'error',
      from: { path: '^apps/web/' },
      to: { path: '^(libs|apps)/', pathNot: '^(libs/contracts|apps/web)/' },
    },
    { name: 'apps-apart', severity: 'error', from: { path: '^apps/server/' }, to: { path: '^apps/(cli|web)/' } },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['/dist/', '\\.(test|fixture)\\.tsx?$'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.d.ts', '.css', '.json'],
    },
  },
};
