/** Who may import whom: docs/adr/0003-folders-and-imports.md tells why. Every rule is an error. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const outside = (...allowed) => ({
  path: '^(electron|renderer|shared|services|database|build|e2e|bench|\\.ci)/',
  pathNot: allowed,
});
const test = '\\.(test|spec)\\.tsx?$|/testing/|^e2e/|^bench/|^services/sandbox/chaos/';

module.exports = {
  forbidden: [
    forbid('no-circular', 'A cycle means that two files are one.', {}, { circular: true }),
    forbid(
      'contracts-stand-alone',
      'Contracts, errors and domain run everywhere: they import only each other and zod.',
      { path: '^shared/(contracts|errors|domain)/', pathNot: test },
      { pathNot: ['^shared/(contracts|errors|domain)/', '^node_modules/zod/'] },
    ),
    forbid(
      'shared-node-is-domain-free',
      'shared/node knows no service.',
      { path: '^shared/node/', pathNot: test },
      outside('^shared/'),
    ),
    forbid(
      'database-imports-shared',
      'The database folder stands on shared alone.',
      { path: '^database/', pathNot: test },
      outside('^shared/', '^database/'),
    ),
    forbid(
      'services-are-no-siblings',
      'A service never imports another one.',
      {
        path: '^services/([^/]+)/',
        pathNot: [test, '^services/web/', '^services/sandbox/(demo|stack|realtime/record)/'],
      },
      { path: '^services/([^/]+)/', pathNot: '^services/$1/' },
    ),
    forbid(
      'hosts-import-bridge-and-stand-ins',
      'The web host may import the bridge and the stand-ins, nothing else.',
      { path: '^services/web/', pathNot: test },
      { path: '^services/', pathNot: ['^services/(web|bridge|sandbox)/'] },
    ),
    forbid(
      'services-import-shared-and-database',
      'Services never reach into windows, builds or tests.',
      { path: '^services/', pathNot: test },
      { path: '^(electron|renderer|build|e2e|bench|\\.ci)/' },
    ),
    forbid(
      'renderer-imports-contracts',
      'The window knows contracts only.',
      { path: '^renderer/' },
      outside('^renderer/', '^shared/(contracts|errors|domain)/'),
    ),
    forbid(
      'renderer-has-no-node',
      'The window runs in a browser.',
      { path: '^renderer/', pathNot: test },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'features-have-one-door',
      'A feature is entered by its index.ts.',
      { path: '^renderer/features/([^/]+)/', pathNot: test },
      {
        path: '^renderer/features/([^/]+)/.+',
        pathNot: ['^renderer/features/$1/', '^renderer/features/[^/]+/index\\.ts$'],
      },
    ),
    forbid(
      'preload-imports-types',
      'The preload has no logic.',
      { path: '^electron/preload/' },
      { path: '^(electron/main|renderer|services|database|shared)/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'electron-main-imports',
      'Main is a composition root.',
      { path: '^electron/main/', pathNot: test },
      { path: '^(renderer|services|build|e2e|bench)/', pathNot: '^services/(bridge|sandbox)/' },
    ),
    forbid(
      'build-is-not-runtime',
      'Nothing at run time imports build scripts.',
      { path: '^(electron|renderer|shared|services|database)/' },
      { path: '^build/' },
    ),
    forbid('tests-are-not-runtime', 'Nothing at run time imports tests.', { pathNot: test }, { path: test }),
    forbid(
      'only-electron-imports-electron',
      '',
      { pathNot: ['^electron/', '^e2e/electron/', '^node_modules/'] },
      { path: '^(node_modules/)?electron(/|$)', dependencyTypesNot: ['local', 'type-only'] },
    ),
    forbid(
      'only-database-imports-pg',
      '',
      { pathNot: ['^database/', '^node_modules/'] },
      { path: '^node_modules/(pg|@types/pg|pg-[a-z-]+)/' },
    ),
    forbid(
      'only-messaging-imports-nats',
      '',
      { pathNot: ['^shared/node/messaging/', '^node_modules/'] },
      { path: '^node_modules/(@nats-io|nats)/' },
    ),
    forbid(
      'only-journal-imports-sqlite',
      '',
      { pathNot: ['^services/bridge/(journal|testing)/', '^e2e/electron/', '^node_modules/'] },
      { path: '^(node:)?sqlite$' },
    ),
    forbid(
      'only-unity-imports-mcp-client',
      '',
      { pathNot: ['^services/bridge/unity/', '^services/sandbox/unity/', '^bench/', '^node_modules/'] },
      { path: '^node_modules/@modelcontextprotocol/' },
    ),
    forbid(
      'only-code-model-imports-its-sdk',
      '',
      { pathNot: ['^services/bridge/codeModel/', '^services/sandbox/codeModel/.*\\.test\\.ts$', '^node_modules/'] },
      { path: '^node_modules/@anthropic-ai/' },
    ),
    forbid(
      'only-rate-limit-imports-redis',
      '',
      { pathNot: ['^services/bridge/functions/rateLimit/', '^node_modules/'] },
      { path: '^node_modules/(ioredis|rate-limiter-flexible)/' },
    ),
    forbid('not-resolvable', 'An import that does not resolve.', {}, { couldNotResolve: true }),
    forbid(
      'no-dev-dependency-at-run-time',
      'What ships must be in dependencies.',
      { path: '^(electron/main|shared|database|services/(bridge|consumer|web))/', pathNot: test },
      {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: ['^node_modules/(@types|electron)/'],
      },
    ),
  ],
  options: {
    doNotFollow: { path: '^node_modules' },
    exclude: { path: '^(out|dist|\\.spark)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
    skipAnalysisNotInRules: true,
  },
};
