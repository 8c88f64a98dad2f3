import { existsSync } from 'node:fs';
import { object, string } from 'yup';
import type { Dependencies } from '../../shared/aws/runtime/dependencies.ts';
import type { Clock } from '../../shared/core/clock.ts';
import { SUCCESSFUL } from '../../shared/core/ledger.ts';
import { OUTPUT } from '../../shared/core/names.ts';
import { refusalSentence } from '../../shared/core/system-reason.ts';
import { BACKUP_SERVICE, createBackupService } from './backup/make-backup.ts';
import { lockDataFolder } from './data-folder/data-folder.ts';
import { credentialsFile, webhookSecretFile } from './data-folder/secret-file.ts';
import { oldTables, removeReplacedTables, tablesFile } from './data-folder/tables.ts';
import { type Clients, createOwnClients } from './emulators/clients.ts';
import type { EngineOptions } from './emulators/dynamodb/engine-supervisor.ts';
import { openDynamoDb } from './emulators/dynamodb/open.ts';
import { type Endpoint, startEndpoint } from './emulators/endpoint.ts';
import { createHttpApis } from './emulators/http-api.ts';
import { Refusals } from './emulators/refusals.ts';
import { openSqs } from './emulators/sqs.ts';
import { createSsm, type Secrets } from './emulators/ssm.ts';
import { openStepFunctions } from './emulators/step-functions.ts';
import type { Emulators } from './resources/resource.ts';
import { KNOWN_TYPES, LOCAL_TYPES } from './resources/resource-types.ts';
import { sayWhenSlow } from './say-when-slow.ts';
import type { Template } from './template/parse-template.ts';
import { type Resources, readResources } from './template/read-resources.ts';

/** Where the HTTP API of the template is served. */
export interface ServedWebhooks {
  /** The address that a tunnel or a reverse proxy forwards to the port. */
  readonly url: string;
  readonly port: number;
}

/** The endpoint of an HTTP API that is not served. */
const NOT_SERVED = 'http://127.0.0.1:0';

export interface ServicesOptions {
  readonly template: Template;
  readonly stackName: string;
  readonly dataDir: string;
  /** @default 0, any free port */
  readonly port?: number;
  readonly webhooks?: ServedWebhooks;
  readonly clock: Clock;
  readonly secrets: Secrets;
  /** Receives a line for each restart of the DynamoDB engine. @default standard error */
  readonly console?: NonNullable<Dependencies['console']>;
  /** Receives a sentence for what the user should know. @default standard error */
  readonly report?: (sentence: string) => void;
  /** The module of the DynamoDB engine's thread. @default the engine of services/local/emulators/dynamodb */
  readonly engine?: URL;
}

/** The emulators of one template. They serve calls, but no function runs yet. */
export interface Services extends Emulators {
  readonly template: Template;
  readonly resources: Resources;
  readonly endpoint: Endpoint;
  readonly clients: Clients;
  readonly refusals: Refusals;
  end(): Promise<void>;
}

/** An execution also succeeds if the run has failed, for example because Oura was down. */
const successfulRun = object({ status: string().oneOf(SUCCESSFUL).required() }).required();

/** What opening the tables of a folder does. */
const openingOf = (dataDir: string): string =>
  existsSync(oldTables(dataDir)) && !existsSync(tablesFile(dataDir))
    ? 'Copying the tables of an earlier version: the old ones stay until a run succeeds.'
    : 'Opening the tables: every item is checked.';

/** Opens the emulators and creates the resources of the template. Closes the open emulators again if a step fails. */
export const openServices = async (options: ServicesOptions): Promise<Services> => {
  const {
    template,
    stackName,
    dataDir,
    clock,
    secrets,
    console = globalThis.console,
    report = globalThis.console.error,
  } = options;
  await using opened = new AsyncDisposableStack();
  opened.defer(lockDataFolder(dataDir));
  const endpoint = opened.adopt(await startEndpoint(options.port ?? 0), (each) => each.end());
  const clients = opened.adopt(createOwnClients(endpoint), (each) => each.destroy());
  const httpApi = options.webhooks ? new URL(options.webhooks.url).origin : NOT_SERVED;
  const names = { endpoint: endpoint.url, httpApi, stackName };
  const resources = readResources(template, KNOWN_TYPES, names);
  const stepFunctions = opened.adopt(
    openStepFunctions(
      dataDir,
      clock,
      (output) => {
        if (!successfulRun.isValidSync(output)) return;
        try {
          removeReplacedTables(dataDir);
        } catch (error: unknown) {
          report(`${refusalSentence(error)}.`);
        }
      },
      report,
    ),
    (each) => each.end(),
  );
  const engine: EngineOptions = {
    log: (message) => console.error(JSON.stringify({ level: 'ERROR', message })),
    ...(options.engine && { module: options.engine }),
  };
  const dynamodb = opened.adopt(
    await sayWhenSlow(report, openingOf(dataDir), openDynamoDb(dataDir, engine)),
    (each) => each.end(),
  );
  const sqs = opened.adopt(await openSqs(dataDir), (each) => each.end());
  const ssm = createSsm(secrets, [
    { name: resources.outputs[OUTPUT.ouraApiKeyParameter], ...credentialsFile(dataDir) },
    { name: resources.outputs[OUTPUT.webhookParameter], ...webhookSecretFile(dataDir) },
  ]);
  const refusals = new Refusals();
  endpoint.serve({
    DynamoDB_20120810: refusals.watch(dynamodb.service),
    AmazonSQS: refusals.watch(sqs.service),
    AWSStepFunctions: refusals.watch(stepFunctions.service),
    AmazonSSM: ssm,
    [BACKUP_SERVICE]: createBackupService({ dataDir, dynamodb, sqs, clock }),
  });
  const emulators: Emulators = {
    clients,
    sqs,
    stepFunctions,
    httpApis: createHttpApis(),
    dataDir,
    names,
  };
  for (const type of LOCAL_TYPES) {
    for (const resource of resources.of(type)) await type.create?.(resource, emulators);
  }
  const open = opened.move();
  return { ...emulators, template, resources, endpoint, refusals, end: () => open.disposeAsync() };
};
