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

const build = (given: Record<string, unknown>, builtinCloudFormationValidation: boolean) => {
  const app = new App({
    outdir: mkdtempSync(join(outdir, 'app-')),
    context: { ...projectContext(), 'aws:cdk:bundling-stacks': [] },
    builtinCloudFormationValidation,
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
  ['alarms by mail and no reservation', { alarmEmail: 'night@example.org', reserveConcurrency: false }],
])('leaves no finding unexplained with %s', (_name, given) => {
  expect(findings(build(given, false).app)).toEqual([]);
});

test("passes CDK's own validation of the template", () => {
  const { app } = build({}, true);
  expect(() => app.synth()).not.toThrow();
});

test('fails synth if a finding has no explanation', () => {
  const { app, stack } = build({}, false);
  const handlers = stack.node.findChild('Handlers') as Handlers;
  handlers.worker.allow('DoAnythingThere', ['s3:*'], 'arn:aws:s3:::somewhere');
  expect(findings(app)).toEqual([
    ['AwsSolutions-IAM5[Action::s3:*]', ['OuraSleepSync/Handlers/Worker/Role/DefaultPolicy/Resource']],
  ]);
  expect(() => app.synth()).toThrow('AwsSolutions-IAM5[Action::s3:*]');
});
