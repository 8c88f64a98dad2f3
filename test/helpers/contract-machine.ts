import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { CreateStateMachineCommand, DeleteStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { createClients } from '../../services/local/emulators/clients.ts';
import { startEndpoint } from '../../services/local/emulators/endpoint.ts';
import {
  createFunctions,
  type FunctionError,
  type Functions,
} from '../../services/local/emulators/functions.ts';
import { stateMachineArn } from '../../services/local/emulators/state-machine.ts';
import { openStepFunctions } from '../../services/local/emulators/step-functions.ts';
import { nameInArn } from '../../services/local/template/arn.ts';
import { systemClock } from '../../shared/core/clock.ts';

/** The URL of moto, if the tests run against it: `npm run test:engines`. */
export const MOTO = process.env['MOTO'];
/** The port where moto's interpreter calls Lambda. */
const MOTO_FUNCTIONS_PORT = Number(process.env['MOTO_FUNCTIONS_PORT']);

const ROLE = 'arn:aws:iam::000000000000:role/SyncRun';
/** Longer than a test takes. */
const FUNCTION_TIMEOUT_MS = 20_000;

/** A function of a test, by its name. A {@link FunctionError} of `Lambda.` is an error of the call, others of the function. */
export type TestFunctions = Readonly<Record<string, (event: unknown) => Promise<unknown>>>;

/** A state machine at the engine under test. */
export interface ContractMachine extends AsyncDisposable {
  readonly sfn: SFNClient;
  readonly arn: string;
}

const functionsOf = (handlers: TestFunctions): Functions => {
  const functions = createFunctions();
  for (const [name, handler] of Object.entries(handlers))
    functions.add(name, { handler, timeoutMs: FUNCTION_TIMEOUT_MS, reserved: undefined });
  return functions;
};

/** Serves Lambda's Invoke: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
const serveInvoke = async (functions: Functions, port: number): Promise<AsyncDisposable> => {
  const server = createServer(async (request, response) => {
    response.setHeader('x-amzn-requestid', randomUUID());
    const [, name = ''] = /\/functions\/([^/]+)\/invocations/.exec(request.url ?? '') ?? [];
    try {
      const result = await functions.invoke(nameInArn(decodeURIComponent(name)), await json(request));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
    } catch (error: unknown) {
      const { errorType, message } = error as FunctionError;
      if (errorType.startsWith('Lambda.')) {
        response
          .writeHead(429, { 'x-amzn-errortype': errorType.replace('Lambda.', '') })
          .end(JSON.stringify({ message }));
      } else {
        response
          .writeHead(200, { 'x-amz-function-error': 'Unhandled' })
          .end(JSON.stringify({ errorType, errorMessage: message, trace: [] }));
      }
    }
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const openMoto = async (
  endpoint: string,
  definition: string,
  handlers: TestFunctions,
): Promise<ContractMachine> => {
  const lambda = await serveInvoke(functionsOf(handlers), MOTO_FUNCTIONS_PORT);
  const sfn = new SFNClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const created = await sfn.send(
    new CreateStateMachineCommand({ name: `SyncRun-${randomUUID()}`, definition, roleArn: ROLE }),
  );
  const arn = created.stateMachineArn ?? '';
  return {
    sfn,
    arn,
    [Symbol.asyncDispose]: async () => {
      await sfn.send(new DeleteStateMachineCommand({ stateMachineArn: arn }));
      sfn.destroy();
      await lambda[Symbol.asyncDispose]();
    },
  };
};

const openEmbedded = async (definition: string, handlers: TestFunctions): Promise<ContractMachine> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'oura-sync-machine-'));
  const endpoint = await startEndpoint(0);
  const stepFunctions = openStepFunctions(dataDir, systemClock);
  endpoint.serve({ AWSStepFunctions: stepFunctions.service });
  const clients = createClients(endpoint.url, endpoint.keys);
  stepFunctions.create({ name: 'SyncRun', definition, roleArn: ROLE });
  stepFunctions.start('SyncRun', functionsOf(handlers).invoke);
  return {
    sfn: clients.sfn,
    arn: stateMachineArn('SyncRun'),
    [Symbol.asyncDispose]: async () => {
      stepFunctions.end();
      clients.destroy();
      await endpoint.end();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** Opens a state machine of its own. @param definition Amazon States Language as JSON text */
export const openContractMachine = (definition: string, handlers: TestFunctions): Promise<ContractMachine> =>
  MOTO ? openMoto(MOTO, definition, handlers) : openEmbedded(definition, handlers);
