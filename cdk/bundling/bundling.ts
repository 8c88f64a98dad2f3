import { type BundlingOptions, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/**
 * Packages that the bundles load in place of others, each by a module of this folder, and why that may be. What they
 * leave out is 0.4 MB of the worker's 0.9 MB. test/bundles runs what comes of it; docs/decisions/0008.
 */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  // axios builds multipart bodies with it. It brings mime-db, 137 KB, and Node has a FormData of its own.
  'form-data': 'form-data',
  // For redirects and proxies, of which we allow none (shared/oura/api/http.ts): the token goes to Oura's host only.
  'follow-redirects': 'follow-redirects',
  'https-proxy-agent': 'https-proxy-agent',
  // Also knows SSO, profiles, processes and instance roles: 100 KB of ways that a Lambda function never goes.
  '@aws-sdk/credential-provider-node': 'credential-provider-node',
  // 78 KB for 154 operations, of which we call two.
  '@aws-sdk/client-ssm': 'client-ssm',
  // 15 KB for operations that stream events, of which we call none.
  '@smithy/core/event-streams': 'event-streams',
};

/** How a handler and all that it needs become one ES module. Paths are from the repository's root, where esbuild runs. */
export const BUNDLING: BundlingOptions = {
  format: OutputFormat.ESM,
  // ESM sources first: esbuild drops what is not used from them, and cannot from CommonJS.
  mainFields: ['module', 'main'],
  // Names of errors survive it: each is a literal, not taken from its class.
  minify: true,
  // The SDK that was tested is the SDK that runs, not the one that the runtime happens to bring.
  bundleAwsSDK: true,
  esbuildArgs: {
    '--alias': Object.entries(SUBSTITUTES).map(
      ([name, substitute]) => `${name}=./cdk/bundling/${substitute}.ts`,
    ),
    // The licences are in the repository's packages; a function does not hand its code on.
    '--legal-comments': 'none',
  },
  // The CommonJS packages in the bundle call require for Node's own modules, which ESM does not have.
  banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
};
