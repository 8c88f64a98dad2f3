import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { HandlerFunction } from '../../../cdk/constructs/handler-function.ts';
import { synthesize } from '../../../cdk/synthesize.ts';
import { arnOf, resource, resourcesOf, roleOf, statementsOf } from '../template-facts.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const ALL = ['Planner', 'Worker', 'LogError', 'Summary'];
const template = synthesize();
const keptAWeek = synthesize({ logRetentionDays: 7 });
const properties = (id: string) => resource(template, id).Properties;
const logGroupOf = (id: string) =>
  (properties(id)['LoggingConfig'] as { LogGroup: { Ref: string } }).LogGroup.Ref;

test.each(ALL)('runs %s on Node 24 and arm64, with tracing', (id) => {
  expect(properties(id)).toMatchObject({
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
    MemorySize: 512,
    TracingConfig: { Mode: 'Active' },
  });
});

test.each([
  ['Planner', 'services/planner/handler.ts'],
  ['Worker', 'services/worker/handler.ts'],
  ['LogError', 'services/log-error/handler.ts'],
  ['Summary', 'services/summary/handler.ts'],
])('has the path of the module of %s, from the root of the repository', (id, handler) => {
  expect(resource(template, id).Metadata).toMatchObject({ 'oura-sync:handler': handler });
  expect(existsSync(join(ROOT, handler))).toBe(true);
});

test.each(ALL)('keeps the logs of %s for the configured time, in a separate group', (id) => {
  expect(resource(template, logGroupOf(id)).Properties['RetentionInDays']).toBe(30);
  expect(resource(keptAWeek, logGroupOf(id)).Properties['RetentionInDays']).toBe(7);
});

test.each(ALL)('allows %s to write to its own log group only', (id) => {
  expect(statementsOf(template, id).filter(({ Action }) => String(Action).includes('logs:'))).toEqual([
    {
      Sid: 'WriteOwnLogs',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: arnOf(logGroupOf(id)),
    },
  ]);
});

test.each(ALL)('gives %s a separate role that only Lambda can assume', (id) => {
  expect(resource(template, roleOf(template, id)).Properties['AssumeRolePolicyDocument']).toMatchObject({
    Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
  });
  expect(new Set(ALL.map((each) => roleOf(template, each))).size).toBe(ALL.length);
});

test('gives no role a managed policy', () => {
  const managed = resourcesOf(template, 'AWS::IAM::Role').map(
    ([, role]) => role.Properties['ManagedPolicyArns'],
  );
  expect(managed).toEqual(managed.map(() => undefined));
});

test('bundles a handler and the SDK into one ES module that Node loads without other packages', () => {
  // Outside the repository, where only Node's own modules can be resolved.
  const outdir = mkdtempSync(join(tmpdir(), 'oura-sync-bundle-'));
  try {
    const app = new App({ outdir, builtinCloudFormationValidation: false, treeMetadata: false });
    new HandlerFunction(new Stack(app, 'Bundle'), 'Worker', {
      handler: 'services/worker/handler.ts',
      description: 'Bundled',
      timeout: Duration.seconds(10),
      memorySize: 128,
      environment: {},
      logRetention: RetentionDays.ONE_DAY,
    });
    const [bundle = ''] = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
    expect(readdirSync(join(outdir, bundle))).toEqual(['index.mjs']);
    const load =
      "const { handler } = await import(process.argv[1]); console.log('exports a', typeof handler);";
    const said = execFileSync(
      process.execPath,
      ['--input-type=module', '--eval', load, join(outdir, bundle, 'index.mjs')],
      { encoding: 'utf8', env: {} },
    );
    expect(said).toBe('exports a function\n');
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
});
