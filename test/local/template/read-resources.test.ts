import { StateMachine } from 'aws-local-stepfunctions';
import { readSettings } from '../../../cdk/settings.ts';
import { eventSourceMapping } from '../../../services/local/resources/event-source-mapping.ts';
import { lambdaFunction } from '../../../services/local/resources/function.ts';
import { queue } from '../../../services/local/resources/queue.ts';
import { KNOWN_TYPES } from '../../../services/local/resources/resource-types.ts';
import { stateMachine } from '../../../services/local/resources/state-machine.ts';
import { UnknownProperty, UnknownResourceType } from '../../../services/local/template/errors.ts';
import { parseTemplate, type Template } from '../../../services/local/template/parse-template.ts';
import { readResources } from '../../../services/local/template/read-resources.ts';
import { stackTemplate } from '../../helpers/stack-template.ts';
import { smallTemplate } from '../support/small-template.ts';

const ENDPOINT = 'http://127.0.0.1:1';
const read = (template: Template) =>
  readResources(template, KNOWN_TYPES, { endpoint: ENDPOINT, stackName: 'Stack' });

test('stops at a resource type it does not know, by name', () => {
  const template = smallTemplate({ more: { Api: { Type: 'AWS::ApiGateway::RestApi', Properties: {} } } });
  expect(() => read(template)).toThrow(UnknownResourceType);
  expect(() => read(template)).toThrow(/AWS::ApiGateway::RestApi \(resource Api\)/);
});

test('stops at a property it does not know, by name', () => {
  const template = smallTemplate({ eventSource: { FilterCriteria: {} } });
  expect(() => read(template)).toThrow(UnknownProperty);
  expect(() => read(template)).toThrow(/FilterCriteria of WorkerSource/);
});

test('stops at a nested property it does not know, by name', () => {
  const template = smallTemplate({
    eventSource: { ScalingConfig: { MaximumConcurrency: 2, MinimumPollers: 1 } },
  });
  expect(() => read(template).of(eventSourceMapping)).toThrow(/MinimumPollers/);
});

test('resolves what a template refers to in a type that has no meaning on one machine', () => {
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

test('takes any property of a type that has no meaning on one machine', () => {
  expect(() =>
    read(smallTemplate({ more: { Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { New: 1 } } } })),
  ).not.toThrow();
});

test('stops at a section that would change what is built', () => {
  expect(() => parseTemplate({ Resources: {}, Conditions: { Big: true } })).toThrow(/Conditions/);
});

test('stops at a resource attribute that would change what is built', () => {
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

describe('of the stack', () => {
  test.each([{}, { alarmEmail: 'me@example.org', reserveConcurrency: false }])(
    'knows every resource with %j',
    async (given) => {
      const { outputs } = read(await stackTemplate(readSettings(given)));
      expect(outputs).toMatchObject({
        WorkQueueUrl: `${ENDPOINT}/000000000000/WorkQueue`,
        OuraSleepTableName: 'OuraSleepTable',
      });
    },
  );

  test('has a state machine that is valid ASL', async () => {
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
