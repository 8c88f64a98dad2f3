// Types of services/*/deployment.ts, which cdk/ reads. No I/O, no AWS SDK, no aws-cdk-lib.
import type { ENV } from './names.ts';

/** A number, or the name of the deploy-time setting that has it. */
export type Amount<Setting extends string = string> = number | { readonly setting: Setting };

/** The resources that a permission can apply to. */
export type RightTarget =
  | 'ouraSleepTable'
  | 'ouraSyncTable'
  | 'workQueue'
  | 'deadLetterQueue'
  | 'parkedQueue'
  | 'syncRun'
  | 'ouraApiKeyParameter'
  | 'webhookParameter';

/** Allows a function only `actions`, on one resource. */
export interface Right {
  /** The statement's Sid: why the function needs the actions. */
  readonly sid: string;
  readonly actions: readonly string[];
  readonly on: RightTarget;
  /** The prefixes of the keys of the table that the function may use. @default all keys */
  readonly keyPrefixes?: readonly string[];
}

/** The queue that invokes a function. The stack adds the permissions to receive, delete and delay its messages. */
export interface QueueSource<Setting extends string = string> {
  readonly queue: 'workQueue' | 'deadLetterQueue';
  /** Maximum number of messages per invocation. */
  readonly batchSize: Amount<Setting>;
  /** How long SQS collects a batch; required for a batch size above 10. @default SQS does not wait */
  readonly batchingWindowSeconds?: Amount<Setting>;
  /** The most concurrent invocations, at least 2. @default no limit */
  readonly concurrency?: Amount<Setting>;
  /**
   * Whether the function reserves that many, unless the setting reserveConcurrency is false. With fewer, the event source
   * would read messages that no invocation is free to process. @default false
   */
  readonly reservesConcurrency?: boolean;
}

/** How a function is deployed, as plain data. cdk/constructs/handlers.ts turns it into resources. */
export interface Deployment<Setting extends string = string> {
  /** The function's key in LOGICAL_ID and SERVICE. */
  readonly name: 'planner' | 'worker' | 'logError' | 'summary' | 'receiver' | 'watcher';
  /** Path of the module that exports `handler`, from the root of the repository. */
  readonly handler: string;
  readonly description: string;
  readonly timeoutSeconds: Amount<Setting>;
  readonly memoryMb: number;
  /** The variables that the handler reads. Values are the same for all functions: cdk/constructs/environment.ts. */
  readonly environment: readonly (keyof typeof ENV)[];
  readonly rights: readonly Right[];
  readonly source?: QueueSource<Setting>;
  /**
   * Concurrency that a function without a source reserves, unless the setting reserveConcurrency is false. It is also its
   * limit. @default no reservation
   */
  readonly reservedConcurrency?: number;
  /** What only the setting webhooks requires. */
  readonly withWebhooks?: Partial<Pick<Deployment, 'environment' | 'rights'>>;
}

/** More memory means more CPU, and the start of a bundle with the SDK is CPU-bound. */
export const MEMORY_MB = 512;

/** Functions only update runs, dates and locks, one item at a time. */
export const LEDGER_ACTIONS = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'] as const;

/** Whichever function settles the last date of a run completes the state `Plan`. */
export const COMPLETE_PLAN = {
  sid: 'CompletePlan',
  actions: ['states:SendTaskSuccess'],
  on: 'syncRun',
} as const satisfies Right;

/**
 * The SecureString that has the API key or the connection, which each refresh replaces. With the default key `aws/ssm`,
 * Systems Manager encrypts and decrypts for every caller that may write and read it, so no KMS permission is needed.
 */
export const USE_OURA_API_KEY = {
  sid: 'UseOuraApiKey',
  actions: ['ssm:GetParameter', 'ssm:PutParameter'],
  on: 'ouraApiKeyParameter',
} as const satisfies Right;
