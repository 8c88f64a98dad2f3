// Imports go one way (docs/decisions/0004). A broken arrow names the allowed one.
/** The folders of services/local, lowest first: each imports itself and those before it. */
const LOCAL_LAYERS = ['template', 'data-folder', 'emulators', 'resources', 'backup'];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Modules must not import each other in a circle: move what both need into a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-folder-cycles',
      severity: 'error',
      comment:
        'Folders must not import each other in a circle: move what both need into the lower one. A folder and its parent are exempt (docs/decisions/0014).',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment:
        'Allowed: shared/core -> yup and node:crypto. It is used by cdk/, the functions and the page: no I/O, no SDK.',
      from: { path: '^shared/core/' },
      to: { pathNot: ['^shared/core/', '^node_modules/yup/', '^(node:)?crypto$'] },
    },
    {
      name: 'oura-knows-no-aws',
      severity: 'error',
      comment:
        'Allowed: shared/oura -> shared/core. For a table, a parameter or a log, declare an interface: shared/aws implements it.',
      from: { path: '^shared/oura/' },
      to: { path: ['^(services|cdk)/', '^shared/aws/', '^node_modules/@aws-'] },
    },
    {
      name: 'aws-is-below-the-services',
      severity: 'error',
      comment: 'Allowed: shared/aws -> shared/oura -> shared/core. shared/ knows none of its users.',
      from: { path: '^shared/aws/' },
      to: { path: '^(services|cdk)/' },
    },
    {
      name: 'functions-stand-alone',
      severity: 'error',
      comment:
        'Allowed: a deployed function -> shared and its own folder. No other function, no local, cli, dashboard or ring-simulator.',
      from: { path: '^services/(planner|worker|log-error|summary|receiver|watcher)/' },
      to: { path: '^(services|cdk)/', pathNot: '^services/$1/' },
    },
    {
      name: 'cdk-reads-deployments',
      severity: 'error',
      comment:
        'Allowed: cdk -> shared/core and services/<function>/deployment.ts. A handler is named there by its path, not imported.',
      from: { path: '^cdk/' },
      to: {
        path: '^(services|shared)/',
        pathNot: [
          '^shared/core/',
          '^services/(planner|worker|log-error|summary|receiver|watcher)/deployment\\.ts$',
        ],
      },
    },
    {
      name: 'deployments-are-data',
      severity: 'error',
      comment:
        'Allowed: services/<function>/deployment.ts -> shared/core. cdk/ must not load a handler or a package by it.',
      from: { path: '^services/[^/]+/deployment\\.ts$' },
      to: { pathNot: '^shared/core/' },
    },
    {
      name: 'function-internals-stay-inside',
      severity: 'error',
      comment:
        'Allowed: services/{cli,dashboard,operations,insights,local} -> AWS API -> function. What both sides need belongs to shared/. services/local loads a handler by the path in the template.',
      from: { path: '^services/', pathNot: '^services/(planner|worker|log-error|summary|receiver|watcher)/' },
      to: { path: '^services/(planner|worker|log-error|summary|receiver|watcher)/' },
    },
    {
      name: 'cdk-is-for-local-and-cli',
      severity: 'error',
      comment: 'Allowed: services/local -> cdk and services/cli -> cdk (settings). Nothing else synthesizes.',
      from: { path: '^services/', pathNot: '^services/(local|cli)/' },
      to: { path: '^cdk/' },
    },
    {
      name: 'cli-is-the-top',
      severity: 'error',
      comment:
        'Allowed: services/cli -> cdk, shared and every service but the deployed functions. Nothing imports the command line.',
      from: { pathNot: '^services/cli/' },
      to: { path: '^services/cli/' },
    },
    {
      name: 'local-is-below-cli',
      severity: 'error',
      comment: 'Allowed: services/cli -> services/local. Only the command line starts the local runtime.',
      from: { path: '^services/', pathNot: '^services/(local|cli)/' },
      to: { path: '^services/local/' },
    },
    {
      name: 'operations-are-below-their-users',
      severity: 'error',
      comment:
        'Allowed: services/operations -> shared. The command line and the page use it; it knows neither.',
      from: { path: '^services/operations/' },
      to: { path: '^(services|cdk)/', pathNot: '^services/operations/' },
    },
    {
      name: 'insights-read',
      severity: 'error',
      comment:
        'Allowed: services/insights -> shared, services/operations. It knows neither the page nor the commands.',
      from: { path: '^services/insights/' },
      to: { path: '^(services|cdk)/', pathNot: '^services/(insights|operations)/' },
    },
    {
      name: 'dashboard-shows',
      severity: 'error',
      comment:
        'Allowed: services/dashboard -> shared, services/operations, services/insights and itself. The command line gives it its stack and starts it.',
      from: { path: '^services/dashboard/' },
      to: { path: '^(services|cdk)/', pathNot: '^services/(operations|insights|dashboard)/' },
    },
    {
      name: 'mcp-answers',
      severity: 'error',
      comment:
        'Allowed: services/mcp -> shared, services/operations, services/insights. The command line gives it its stack and starts it.',
      from: { path: '^services/mcp/' },
      to: { path: '^(services|cdk)/', pathNot: '^services/(operations|insights|mcp)/' },
    },
    {
      name: 'page-runs-in-the-browser',
      severity: 'error',
      comment:
        'Allowed: services/dashboard/page -> preact, Plot and shared/core. What it imports is sent to the browser.',
      from: { path: '^services/dashboard/page/' },
      to: {
        pathNot: [
          '^services/dashboard/(page/|server/api\\.ts$)',
          '^shared/core/',
          '^node_modules/(preact|@observablehq/plot|d3[^/]*|internmap)/',
        ],
      },
    },
    {
      name: 'simulator-stands-alone',
      severity: 'error',
      comment:
        'Allowed: services/ring-simulator -> shared/core. It is the other side of the wire: it must not share code with the client it tests.',
      from: { path: '^services/ring-simulator/' },
      to: {
        path: '^(services|shared|cdk)/',
        pathNot: ['^services/ring-simulator/', '^shared/core/'],
      },
    },
    ...LOCAL_LAYERS.map((layer, index) => ({
      name: `local-layers-${layer}`,
      severity: 'error',
      comment: `Allowed: services/local/{start,services,connect}.ts -> ${LOCAL_LAYERS.toReversed().join(' -> ')}.`,
      from: { path: `^services/local/${layer}/` },
      to: {
        path: '^services/local/',
        pathNot: `^services/local/(${LOCAL_LAYERS.slice(0, index + 1).join('|')})/`,
      },
    })),
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'The import leads nowhere.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
