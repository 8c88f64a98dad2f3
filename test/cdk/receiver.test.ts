import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from '../../cdk/synthesize.ts';
import type { TemplateResource } from '../../cdk/template.ts';
import { ENV } from '../../shared/core/names.ts';
import { arnOf, resource, statementsOf } from './template-facts.ts';

const without = synthesize();
const template = synthesize({ webhooks: true, webhookParameter: '/mine/webhook' });
const receiver = resource(template, 'Receiver');
const variables = ({ Properties }: TemplateResource) =>
  (Properties['Environment'] as { Variables: Record<string, unknown> }).Variables;

test('has the variables that its handler requires, and no others', () => {
  const handler = readFileSync(join(import.meta.dirname, '../../services/receiver/handler.ts'), 'utf8');
  const asked = [...handler.matchAll(/ENV\.(\w+)/g)].map(([, name]) => ENV[name as keyof typeof ENV]);
  expect(Object.keys(variables(receiver)).sort()).toEqual([...new Set(asked)].sort());
  expect(variables(receiver)).toMatchObject({
    WEBHOOK_SECRET: 'ssm:/mine/webhook',
    SYNC_RUN_ARN: { Ref: 'SyncRun' },
  });
});

test('may write only the pending events, read only its secret, and only start runs', () => {
  const statements = statementsOf(template, 'Receiver').filter(
    ({ Sid }) => Sid !== undefined && Sid !== 'WriteOwnLogs',
  );
  expect(statements).toEqual([
    {
      Sid: 'RecallEvents',
      Effect: 'Allow',
      Action: 'dynamodb:BatchGetItem',
      Resource: arnOf('OuraSyncTable'),
      Condition: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['webhook#event#*', 'webhook#user*'] },
      },
    },
    {
      Sid: 'KeepEvents',
      Effect: 'Allow',
      Action: 'dynamodb:UpdateItem',
      Resource: arnOf('OuraSyncTable'),
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['webhook#pending*'] } },
    },
    {
      Sid: 'ReadWebhookSecret',
      Effect: 'Allow',
      Action: 'ssm:GetParameter',
      Resource: { 'Fn::Join': ['', expect.arrayContaining([':parameter/mine/webhook'])] },
    },
    { Sid: 'StartSync', Effect: 'Allow', Action: 'states:StartExecution', Resource: { Ref: 'SyncRun' } },
  ]);
});

test('reserves two invocations, which are its limit, unless the account has nothing to reserve', () => {
  expect(receiver.Properties['ReservedConcurrentExecutions']).toBe(2);
  const small = synthesize({ webhooks: true, reserveConcurrency: false });
  expect(resource(small, 'Receiver').Properties['ReservedConcurrentExecutions']).toBeUndefined();
});

test('lets the planner start the next run only with webhooks', () => {
  const actions = (from: typeof template) => statementsOf(from, 'Planner').flatMap(({ Action }) => Action);
  expect(actions(without)).not.toContain('states:StartExecution');
  expect(actions(template)).toEqual(expect.arrayContaining(['states:StartExecution']));
  expect(actions(template).filter((action) => !actions(without).includes(action))).toEqual([
    'states:StartExecution',
  ]);
});
