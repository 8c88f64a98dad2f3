import { THROTTLE } from '../../cdk/constructs/webhook-api.ts';
import { synthesize } from '../../cdk/synthesize.ts';
import type { Template } from '../../cdk/template.ts';
import { ENV, LOGICAL_ID, OUTPUT } from '../../shared/core/names.ts';
import { actionsOn, joined, resource, resourcesOf, statementsOf } from './template-facts.ts';

const off = synthesize();
const on = synthesize({ webhooks: true });
const idsOf = ({ Resources }: Template) => Object.keys(Resources);
/** Without the hashes of the bundles, which are not built here. */
const textOf = (value: unknown) => JSON.stringify(value);

test('adds resources and removes none', () => {
  const added = idsOf(on).filter((id) => !(id in off.Resources));
  expect(idsOf(off).filter((id) => !(id in on.Resources))).toEqual([]);
  const types = added.map((id) => on.Resources[id]?.Type);
  expect(new Set(types)).toEqual(
    new Set([
      'AWS::ApiGatewayV2::Api',
      'AWS::ApiGatewayV2::Integration',
      'AWS::ApiGatewayV2::Route',
      'AWS::ApiGatewayV2::Stage',
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
    ]),
  );
  expect(added).toEqual(
    expect.arrayContaining([
      LOGICAL_ID.receiver,
      LOGICAL_ID.webhookApi,
      'Arrivals',
      'NightsUnannounced',
      'WebhookSignaturesFailing',
      'WebhookSubscriptions',
    ]),
  );
});

test('changes only what a run by an event and its watching need', () => {
  const changed = idsOf(off).filter((id) => textOf(off.Resources[id]) !== textOf(on.Resources[id]));
  const types = changed.map((id) => `${off.Resources[id]?.Type} ${id.replace(/[0-9A-F]{8}$/, '')}`);
  expect(types.sort()).toEqual([
    'AWS::CloudWatch::Dashboard Dashboard',
    'AWS::IAM::ManagedPolicy Operator',
    'AWS::IAM::Policy RunPlannerCallback',
    'AWS::StepFunctions::StateMachine SyncRun',
  ]);
  for (const [name, output] of Object.entries(off.Outputs)) expect(on.Outputs[name]).toEqual(output);
});

test('has only the two routes of the path, for the receiver', () => {
  const routes = (from: Template) =>
    resourcesOf(from, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties['RouteKey']);
  expect(routes(on)).toEqual(['GET /oura', 'POST /oura']);
  expect(routes(synthesize({ webhooks: true, webhookPath: '/a/b' }))).toEqual(['GET /a/b', 'POST /a/b']);
  const [[, integration] = [], ...others] = resourcesOf(on, 'AWS::ApiGatewayV2::Integration');
  expect(others).toEqual([]);
  expect(integration?.Properties).toMatchObject({
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: { 'Fn::GetAtt': [LOGICAL_ID.receiver, 'Arn'] },
    PayloadFormatVersion: '2.0',
  });
});

test('lets only this API invoke the receiver, on its path', () => {
  const permissions = resourcesOf(on, 'AWS::Lambda::Permission').filter(
    ([, { Properties }]) => Properties['Principal'] === 'apigateway.amazonaws.com',
  );
  expect(permissions).toHaveLength(2);
  for (const [, { Properties }] of permissions) {
    const source = joined(Properties['SourceArn'], ({ Ref }) => String(Ref));
    expect(source).toMatch(/:WebhookApi\/\*\/\*\/oura$/);
  }
});

test('throttles every route, and limits the concurrency of the receiver where the account allows', () => {
  const [[, stage] = []] = resourcesOf(on, 'AWS::ApiGatewayV2::Stage');
  expect(stage?.Properties).toMatchObject({
    StageName: '$default',
    AutoDeploy: true,
    DefaultRouteSettings: {
      ThrottlingRateLimit: THROTTLE.rateLimit,
      ThrottlingBurstLimit: THROTTLE.burstLimit,
    },
  });
  const reserved = (from: Template) =>
    resource(from, LOGICAL_ID.receiver).Properties['ReservedConcurrentExecutions'];
  expect(reserved(on)).toBe(2);
  expect(reserved(synthesize({ webhooks: true, reserveConcurrency: false }))).toBeUndefined();
});

test('lets a night of twelve events pass at once', () => {
  expect(THROTTLE.burstLimit).toBeGreaterThanOrEqual(12);
});

test('shows the address to subscribe and the parameter of the secrets', () => {
  const url = joined(on.Outputs[OUTPUT.webhookUrl]?.Value, (intrinsic) => JSON.stringify(intrinsic));
  expect(url).toBe('{"Fn::GetAtt":["WebhookApi","ApiEndpoint"]}/oura');
  expect(on.Outputs[OUTPUT.webhookParameter]?.Value).toBe('/OuraSleepSync/webhook');
});

test('keeps the receiver away from the grant, and the secrets of the receiver away from every other function', () => {
  const parameter = (name: string) => ({
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        ':ssm:',
        { Ref: 'AWS::Region' },
        ':',
        { Ref: 'AWS::AccountId' },
        `:parameter${name}`,
      ],
    ],
  });
  const functions = [
    LOGICAL_ID.planner,
    LOGICAL_ID.worker,
    LOGICAL_ID.logError,
    LOGICAL_ID.summary,
    LOGICAL_ID.receiver,
  ];
  const may = (name: string) => functions.filter((id) => actionsOn(on, id, parameter(name)).length > 0);
  expect(may('/OuraSleepSync/oura-api-key')).toEqual([LOGICAL_ID.planner, LOGICAL_ID.worker]);
  expect(may('/OuraSleepSync/webhook')).toEqual([LOGICAL_ID.receiver]);
  expect(actionsOn(on, LOGICAL_ID.receiver, parameter('/OuraSleepSync/webhook'))).toEqual([
    'ssm:GetParameter',
  ]);
  const nights = textOf(statementsOf(on, LOGICAL_ID.receiver));
  expect(nights).not.toContain(LOGICAL_ID.ouraSleepTable);
  const variables = (resource(on, LOGICAL_ID.receiver).Properties['Environment'] as { Variables: object })
    .Variables;
  expect(Object.keys(variables)).not.toContain(ENV.ouraApiKey);
});
