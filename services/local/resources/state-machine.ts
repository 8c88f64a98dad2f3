import { object, string } from 'yup';
import { stateMachineArn } from '../emulators/state-machine.ts';
import { IGNORED } from './properties.ts';
import { resourceType } from './resource.ts';

export const stateMachine = resourceType({
  type: 'AWS::StepFunctions::StateMachine',
  properties: object({
    DefinitionString: string().required(),
    RoleArn: string().required(),
    StateMachineType: string().oneOf(['STANDARD'] as const),
  }),
  ignored: {
    StateMachineName: IGNORED.name,
    LoggingConfiguration: 'the execution files record input, output and error',
    TracingConfiguration: IGNORED.tracing,
    Tags: IGNORED.inventory,
  },
  identity: (id) => ({ Ref: stateMachineArn(id), Arn: stateMachineArn(id), Name: id }),
  create: ({ logicalId, properties }, { stepFunctions }) =>
    stepFunctions.create({
      name: logicalId,
      definition: properties.DefinitionString,
      roleArn: properties.RoleArn,
    }),
  start: ({ logicalId }, { stepFunctions, functions }) => {
    stepFunctions.start(logicalId, functions.invoke);
    return { isIdle: () => stepFunctions.running() === 0, end: () => stepFunctions.end() };
  },
});
