import { StateMachine } from 'aws-local-stepfunctions';
import { readSettings } from '../../../cdk/settings.ts';
import { eventSourceMapping } from '../../../services/local/resources/event-source-mapping.ts';
import { lambdaFunction } from '../../../services/local/resources/function.ts';
import { queue } from '../../../services/local/resources/queue.ts';
import { KNOWN_TYPES } from '../../../services/local/resources/resource-types.ts';
import { stateMachine } from '../../../services/local/resources/state-machine.ts';
import { UnsupportedTemplate } from '../../../services/local/template/errors.ts';
import { parseTemplate, type Template } from '../../../services/local/template/parse-template.ts';
import { readResources } from '../../../services/local/template/read-resources.ts';
import { stackTemplate } from '../../helpers/stack-template.ts';
import { smallTemplate } from '../support/small-template.ts';

const ENDPOINT = 'http://127.0.0.1:1';
const read = (template: Template) =>
  readResources(template, KNOWN_TYPES, {
    endpoint: ENDPOINT,
    httpApi: 'http://127.0.0.1:2',
    stackName: 'Stack',
  });

test('rejects an unknown resource type by name', () => {
  const template = smallTemplate({ more: { Api: { Type: 'AWS::ApiGateway::RestApi', Properties: {} } } });
  expect(() => read(template)).toThrow(UnsupportedTemplate);
  expect(() => read(template)).toThrow('resource type AWS::ApiGateway::RestApi (at Api)');
});

test('rejects an unknown property by name', () => {
  const template = smallTemplate({ eventSource: { FilterCriteria: {} } });
  expect(() => read(template)).toThrow('property FilterCriteria (at WorkerSource)');
});

test('rejects an unknown nested property by name', () => {
  const template = smallTemplate({
    eventSource: { ScalingConfig: { MaximumConcurrency: 2, MinimumPollers: 1 } },
  });
  expect(() => read(template).of(eventSourceMapping)).toThrow(/MinimumPollers/);
});

test('resolves references to a resource of an ignored type', () => {
  const template = smallTemplate({ more: { Logs: { Type: 'AWS::Logs::LogGroup', Properties: {} } } });
  const outputs = {
    Name: { Value: { Ref: 'Logs' } },
    Arn: { Value: { 'Fn::GetAtt': ['Logs', 'Arn'] } },
    Role: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } },
  };
  expect(read({ ...template, Outputs: outputs }).outputs).toEqual({
    Name: '/Stack/Logs',
    Arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/Stack/Logs:*',
    Role: 'arn:aws:iam::000000000000:role/Role',
  });
});

test('accepts every property of an ignored type', () => {
  expect(() =>
    read(smallTemplate({ more: { Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { New: 1 } } } })),
  ).not.toThrow();
});

test('rejects an unknown section of the template', () => {
  expect(() => parseTemplate({ Resources: {}, Conditions: { Big: true } })).toThrow(/Conditions/);
});

test('rejects an unknown attribute of a resource', () => {
  expect(() =>
    parseTemplate({ Resources: { Queue: { Type: 'AWS::SQS::Queue', Condition: 'Big' } } }),
  ).toThrow(/Condition/);
});

test('names resources after their logical IDs', () => {
  const [worker] = read(smallTemplate()).of(lambdaFunction).slice(2);
  expect(worker?.properties.Environment).toEqual({
    Variables: { QUEUE: `${ENDPOINT}/000000000000/WorkQueue`, TABLE: 'Nights' },
  });
});

describe('the template of the stack', () => {
  test.each([{}, { alarmEmail: 'me@example.org', reserveConcurrency: false }])(
    'has no unsupported resource with %j',
    async (given) => {
      const { outputs } = read(await stackTemplate(readSettings(given)));
      expect(outputs).toMatchObject({
        WorkQueueUrl: `${ENDPOINT}/000000000000/WorkQueue`,
        OuraSleepTableName: 'OuraSleepTable',
      });
    },
  );

  test('has a valid state machine', async () => {
    const resources = read(await stackTemplate(readSettings({})));
    const [machine] = resources.of(stateMachine);
    const definition = JSON.parse(machine?.properties.DefinitionString ?? '');
    expect(() => new StateMachine(definition)).not.toThrow();
    expect(() => new StateMachine({ ...definition, StartAt: 'Nowhere' })).toThrow(/Nowhere/);
  });

  test('follows a changed setting', async () => {
    const resources = read(await stackTemplate(readSettings({ batchSize: 17, maxReceiveCount: 2 })));
    const [work] = resources.of(eventSourceMapping);
    expect(work?.properties.BatchSize).toBe(17);
    const workQueue = resources.of(queue).find(({ logicalId }) => logicalId === 'WorkQueue');
    expect(workQueue?.properties.RedrivePolicy).toMatchObject({ maxReceiveCount: 2 });
  });
});
