import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { Handlers } from '../../cdk/constructs/handlers.ts';
import { OuraSyncStack } from '../../cdk/oura-sync-stack.ts';
import { projectContext } from '../../cdk/project-context.ts';
import { addRulePacks } from '../../cdk/rule-packs.ts';
import { readSettings } from '../../cdk/settings.ts';

const outdir = mkdtempSync(join(tmpdir(), 'oura-sync-rules-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const build = (given: Record<string, unknown>) => {
  const app = new App({
    outdir: mkdtempSync(join(outdir, 'app-')),
    context: { ...projectContext(), 'aws:cdk:bundling-stacks': [] },
    // `npm run synth` validates, and takes a fraction of the time that it takes here.
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
    treeMetadata: false,
  });
  const stack = new OuraSyncStack(app, 'OuraSleepSync', { settings: readSettings(given) });
  addRulePacks(app, stack);
  return { app, stack };
};

const findings = (app: App) =>
  [new AwsSolutionsChecks(app), new ServerlessChecks(app)]
    .flatMap((pack) => pack.validateScope(app).violations)
    .map(({ ruleName, violatingResources }) => [ruleName, violatingResources.map((at) => at.constructPath)]);

test.each([
  ['the default settings', {}],
  ['webhooks', { webhooks: true, webhookPath: '/my/oura' }],
  ['mornings', { mornings: true }],
  ['alarms by mail and no reservation', { alarmEmail: 'night@example.org', reserveConcurrency: false }],
])('leaves no finding unexplained with %s', (_name, given) => {
  expect(findings(build(given).app)).toEqual([]);
});

test('fails synth if a finding has no explanation', () => {
  const { app, stack } = build({});
  const handlers = stack.node.findChild('Handlers') as Handlers;
  handlers.worker.allow('DoAnythingThere', ['s3:*'], 'arn:aws:s3:::somewhere');
  expect(findings(app)).toEqual([
    ['AwsSolutions-IAM5[Action::s3:*]', ['OuraSleepSync/Handlers/Worker/Role/DefaultPolicy/Resource']],
  ]);
  expect(() => app.synth()).toThrow('AwsSolutions-IAM5[Action::s3:*]');
});
