import aslValidator from 'asl-validator';
import { readSettings } from '../../../cdk/settings.ts';
import { synthesize } from '../../../cdk/synthesize.ts';
import { planTimeoutSeconds } from '../../../cdk/timing.ts';
import {
  definitionOf,
  resource,
  roleOf,
  statementsOf,
  statementsOfRole,
  stateOf,
} from '../template-facts.ts';

const template = synthesize();
const definition = definitionOf(template);
const plan = stateOf(definition, 'Plan');
const summarize = stateOf(definition, 'Summarize');
const functionArn = (id: string) => `arn:aws:lambda:us-east-1:123456789012:function:${id}`;

test('is a valid definition of the Amazon States Language', () => {
  // Pass a copy, because the validator writes defaults into its input.
  expect(aslValidator(structuredClone(definition)).errorsText('')).toBe('');
});

test('passes the task token, the run and its input to the planner, and waits', () => {
  expect(definition.StartAt).toBe('Plan');
  expect(plan).toMatchObject({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Parameters: {
      FunctionName: functionArn('Planner'),
      Payload: {
        'task_token.$': '$$.Task.Token',
        'run_id.$': '$$.Execution.Name',
        'input.$': '$$.Execution.Input',
      },
    },
    ResultPath: '$.plan',
    Next: 'Summarize',
  });
});

test('waits for all retries, and ends before the next day', () => {
  expect(plan['TimeoutSeconds']).toBe(planTimeoutSeconds(readSettings({})));
  expect(plan['TimeoutSeconds']).toBeLessThan(86_400);
});

test('waits longer if the retries are further apart', () => {
  const given = { retryBaseSeconds: 960 };
  const changed = stateOf(definitionOf(synthesize(given)), 'Plan');
  expect(changed['TimeoutSeconds']).toBe(planTimeoutSeconds(readSettings(given)));
  expect(changed['TimeoutSeconds']).toBeGreaterThan(Number(plan['TimeoutSeconds']));
});

test('summarizes after Plan completed, failed or timed out', () => {
  expect(plan['Catch']).toEqual([
    { ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Summarize' },
  ]);
});

test('ends with Summarize, and returns its result as the output of the execution', () => {
  expect(Object.keys(definition.States)).toEqual(['Plan', 'Summarize']);
  expect(summarize).toMatchObject({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: {
      FunctionName: functionArn('Summary'),
      Payload: { 'run_id.$': '$$.Execution.Name', 'state.$': '$' },
    },
    OutputPath: '$.Payload',
    End: true,
  });
  expect(summarize['Catch']).toBeUndefined();
});

test.each([
  ['Plan', plan],
  ['Summarize', summarize],
])('retries %s if Lambda fails, but never after an error of ours', (_name, state) => {
  const retriers = state['Retry'] as { ErrorEquals: string[]; MaxAttempts: number }[];
  const errors = retriers.flatMap(({ ErrorEquals }) => ErrorEquals);
  expect(errors).toContain('Lambda.ServiceException');
  expect(errors).toContain('Lambda.TooManyRequestsException');
  expect(errors.filter((name) => !/^Lambda\.\w+Exception$/.test(name))).toEqual([]);
  expect(retriers.every(({ MaxAttempts }) => MaxAttempts > 0)).toBe(true);
});

test('uses only JSONPath, because the local interpreter silently ignores JSONata and Assign', () => {
  const text = JSON.stringify(definition);
  expect(text).not.toMatch(/"(QueryLanguage|Assign|Arguments|Output)"/);
  expect(text).not.toContain('{%');
});

test('logs every event without its data, which contain the task token', () => {
  const { Properties } = resource(template, 'SyncRun');
  expect(Properties['LoggingConfiguration']).toMatchObject({ Level: 'ALL', IncludeExecutionData: false });
  expect(Properties['TracingConfiguration']).toEqual({ Enabled: true });
});

test('can only call its two functions, deliver logs and send traces', () => {
  const statements = statementsOfRole(template, roleOf(template, 'SyncRun', 'RoleArn'));
  expect(statements.map(({ Sid }) => Sid)).toEqual(['InvokeHandlers', 'DeliverLogs', 'Trace']);
  expect(statements[0]).toMatchObject({
    Action: 'lambda:InvokeFunction',
    Resource: [{ 'Fn::GetAtt': ['Planner', 'Arn'] }, { 'Fn::GetAtt': ['Summary', 'Arn'] }],
  });
});

test.each(['Planner', 'Worker', 'LogError'])('allows %s to complete the plan of this state machine', (id) => {
  expect(statementsOf(template, id)).toContainEqual({
    Sid: 'CompletePlan',
    Effect: 'Allow',
    Action: 'states:SendTaskSuccess',
    Resource: { Ref: 'SyncRun' },
  });
});

test('does not allow the summary to complete a plan', () => {
  expect(JSON.stringify(statementsOf(template, 'Summary'))).not.toContain('states:');
});

describe('with webhooks', () => {
  const withWebhooks = definitionOf(synthesize({ webhooks: true }));

  test('is a valid definition, too', () => {
    expect(aslValidator(structuredClone(withWebhooks)).errorsText('')).toBe('');
  });

  test('gathers events for 20 s before the plan of a run that an event started, and only then', () => {
    expect(withWebhooks.StartAt).toBe('Trigger');
    expect(stateOf(withWebhooks, 'Trigger')).toEqual({
      Type: 'Choice',
      Choices: [
        {
          And: [
            { Variable: '$.trigger', IsPresent: true },
            { Variable: '$.trigger', StringEquals: 'webhook' },
          ],
          Next: 'Gather',
        },
      ],
      Default: 'Plan',
    });
    expect(stateOf(withWebhooks, 'Gather')).toEqual({ Type: 'Wait', Seconds: 20, Next: 'Plan' });
  });

  test('passes the state machine to the planner, and changes nothing else', () => {
    const { Trigger, Gather, ...others } = withWebhooks.States;
    const payload = { 'state_machine.$': '$$.StateMachine.Id' };
    const { Payload } = plan['Parameters'] as { Payload: object };
    expect(others).toEqual({
      ...definition.States,
      Plan: {
        ...plan,
        Parameters: { ...(plan['Parameters'] as object), Payload: { ...Payload, ...payload } },
      },
    });
  });
});
