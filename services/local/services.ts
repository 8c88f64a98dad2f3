import type { Clock } from '../../shared/core/clock.ts';
import { OUTPUT } from '../../shared/core/names.ts';
import { readCredentialsFile, writeCredentialsFile } from './data-folder/credentials-file.ts';
import { claimDataFolder } from './data-folder/data-folder.ts';
import { type Clients, createOwnClients } from './emulators/clients.ts';
import { createTables, openDynamoDb } from './emulators/dynamodb.ts';
import { type Endpoint, startEndpoint } from './emulators/endpoint.ts';
import { openSqs, type Sqs } from './emulators/sqs.ts';
import { createSsm, type Secrets } from './emulators/ssm.ts';
import { openStepFunctions, type StepFunctions } from './emulators/step-functions.ts';
import { queueProperties, stateMachineProperties, tableProperties } from './resources/resource-types.ts';
import type { Template } from './template/parse-template.ts';
import { type Resources, readResources } from './template/read-resources.ts';

export interface ServicesOptions {
  readonly template: Template;
  readonly stackName: string;
  readonly dataDir: string;
  /** @default 0, any free one */
  readonly port?: number;
  readonly clock: Clock;
  readonly secrets: Secrets;
}

/** The embedded services of one template, open and serving; nothing consumes yet. */
export interface Services {
  readonly resources: Resources;
  readonly endpoint: Endpoint;
  readonly clients: Clients;
  readonly sqs: Sqs;
  readonly stepFunctions: StepFunctions;
  end(): Promise<void>;
}

/** Runs clean-up steps in reverse, each exactly once, whatever the others do; then throws what the first failed with. */
export class Cleanup {
  private readonly steps: (() => void | Promise<void>)[] = [];

  add(step: () => void | Promise<void>): void {
    this.steps.push(step);
  }

  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      try {
        await step();
      } catch (error: unknown) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

const open = async (options: ServicesOptions, cleanup: Cleanup): Promise<Omit<Services, 'end'>> => {
  const { template, stackName, dataDir, port = 0, clock, secrets } = options;
  const folder = claimDataFolder(dataDir);
  cleanup.add(() => folder.end());
  const endpoint = await startEndpoint(port);
  cleanup.add(() => endpoint.end());
  const clients = createOwnClients(endpoint);
  cleanup.add(() => clients.destroy());
  const resources = readResources(template, endpoint.url, stackName);
  const stepFunctions = openStepFunctions(
    dataDir,
    clock,
    resources.of('AWS::StepFunctions::StateMachine', stateMachineProperties),
  );
  cleanup.add(() => stepFunctions.end());
  const dynamodb = await openDynamoDb(dataDir);
  cleanup.add(() => dynamodb.end());
  const sqs = await openSqs(dataDir, endpoint.url, resources.of('AWS::SQS::Queue', queueProperties));
  cleanup.add(() => sqs.end());
  endpoint.serve({
    DynamoDB_20120810: dynamodb.service,
    AmazonSQS: sqs.service,
    AWSStepFunctions: stepFunctions.service,
    AmazonSSM: createSsm(secrets, {
      name: resources.outputs[OUTPUT.ouraApiKeyParameter] ?? '',
      read: () => readCredentialsFile(dataDir),
      write: (value) => writeCredentialsFile(dataDir, value),
    }),
  });
  await createTables(clients.dynamodb, resources.of('AWS::DynamoDB::Table', tableProperties), dataDir);
  return { resources, endpoint, clients, sqs, stepFunctions };
};

/** Opens every service in order; what was opened is closed again where one fails. */
export const openServices = async (options: ServicesOptions): Promise<Services> => {
  const cleanup = new Cleanup();
  try {
    return { ...(await open(options, cleanup)), end: () => cleanup.run() };
  } catch (error: unknown) {
    await cleanup.run();
    throw error;
  }
};
