/** The import rules of the house: imports run downwards only (see docs/explanation/structure.md). */
const libraries = 'slurm|connector|proxy|job-template';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'libraries-stand-alone',
      comment: 'A library imports none of ours: not the hub, not another library.',
      severity: 'error',
      from: { path: `^packages/(${libraries})/src/` },
      to: { path: '^packages/', pathNot: '^packages/$1/' },
    },
    {
      name: 'proxy-knows-no-process',
      comment: 'The proxy is a library: command line, signals and the log of a process are only in its command.',
      severity: 'error',
      from: { path: '^packages/proxy/src/', pathNot: '^packages/proxy/src/command/' },
      to: { path: ['^packages/proxy/src/command/', 'node_modules/(commander|pino)/'] },
    },
    {
      name: 'spawn-knows-no-web',
      comment:
        'The life of a server must run without a browser: spawn, sites, templates, notices, db and config never import Koa or the rooms above.',
      severity: 'error',
      from: { path: '^packages/hub/src/(spawn|sites|templates|notices|db|config)/' },
      to: { path: ['node_modules/(koa|@koa)', '^packages/hub/src/(pages|api|cli|web)/'] },
    },
    {
      name: 'auth-below-pages',
      severity: 'error',
      from: { path: '^packages/hub/src/auth/' },
      to: { path: '^packages/hub/src/(pages|api|cli|spawn|sites)/' },
    },
    {
      name: 'db-holds-no-logic',
      comment: 'Tables know the configuration of their connection and nothing else of the hub.',
      severity: 'error',
      from: { path: '^packages/hub/src/db/' },
      to: { path: '^packages/hub/src/', pathNot: '^packages/hub/src/(db|config)/' },
    },
    {
      name: 'messages-stand-alone',
      comment: 'Whoever says something imports the catalogue; it knows of nobody.',
      severity: 'error',
      from: { path: '^packages/hub/src/messages/' },
      to: { path: '^packages/', pathNot: '^packages/hub/src/messages/' },
    },
    {
      name: 'shapes-stand-alone',
      comment: 'The shapes of the REST API are shared with its clients: they drag nothing of the hub along.',
      severity: 'error',
      from: { path: '^packages/hub/src/api/shapes/' },
      to: { pathNot: '^packages/hub/src/api/shapes/|node_modules/zod/' },
    },
    {
      name: 'smoke-is-a-client',
      comment: 'The smoke test drives a hub from outside: of the hub it knows what every client may know.',
      severity: 'error',
      from: { path: '^packages/hub/src/smoke/' },
      to: { path: '^packages/', pathNot: '^packages/hub/src/(smoke|api/shapes)/' },
    },
    {
      name: 'ssh-only-in-connector',
      severity: 'error',
      from: { path: '^packages/(?!connector/)' },
      to: { path: 'node_modules/ssh2' },
    },
    {
      name: 'sql-only-in-db',
      severity: 'error',
      from: { path: '^packages/hub/src/', pathNot: '^packages/hub/src/db/' },
      to: { path: 'node_modules/(knex|pg|better-sqlite3)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'source-never-imports-tests',
      severity: 'error',
      from: { path: '/src/' },
      to: { path: ['/test/', '^test/'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: ['node_modules', 'dist'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
