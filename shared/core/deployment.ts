// Types of services/*/deployment.ts, which cdk/ reads. No I/O, no AWS SDK, no aws-cdk-lib.
import type { ENV } from './names.ts';

/** A number, or the name of the deploy-time setting that holds it. */
export type Amount<Setting extends string = string> = number | { readonly setting: Setting };

/** What a right can be on. */
export type RightTarget =
  | 'ouraSleepTable'
  | 'ouraSyncTable'
  | 'workQueue'
  | 'deadLetterQueue'
  | 'parkedQueue'
  | 'syncRun'
  | 'ouraApiKeyParameter';

/** Allows a function `actions` on one resource and nothing else. */
export interface Right {
  /** The statement's Sid: what the function needs the actions for. */
  readonly sid: string;
  readonly actions: readonly string[];
  readonly on: RightTarget;
}

/** The queue that invokes a function. The stack adds the rights to receive, delete and delay its messages. */
export interface QueueSource<Setting extends string = string> {
  readonly queue: 'workQueue' | 'deadLetterQueue';
  /** Messages in one invocation at most. */
  readonly batchSize: Amount<Setting>;
  /** How long SQS gathers a batch; required above a batch size of 10. @default it does not wait */
  readonly batchingWindowSeconds?: Amount<Setting>;
  /**
   * Invocations at once. Also reserved for the function, unless the setting reserveConcurrency is false: with fewer,
   * the event source would read messages for which no invocation is free. @default no limit, nothing reserved
   */
  readonly concurrency?: Amount<Setting>;
}

/** How a function is deployed, as plain data; cdk/constructs/handlers.ts makes resources of it. */
export interface Deployment<Setting extends string = string> {
  /** The function's key in LOGICAL_ID and SERVICE. */
  readonly name: 'planner' | 'worker' | 'logError' | 'summary';
  /** The module that exports `handler`, from the repository's root. */
  readonly handler: string;
  readonly description: string;
  readonly timeoutSeconds: Amount<Setting>;
  readonly memoryMb: number;
  /** The variables that the handler reads. What each holds is the same for all functions: cdk/constructs/environment.ts. */
  readonly environment: readonly (keyof typeof ENV)[];
  readonly rights: readonly Right[];
  readonly source?: QueueSource<Setting>;
}

/** Memory buys CPU, and the start of a bundle with the SDK is CPU-bound. */
export const MEMORY_MB = 512;

/** Runs, dates and locks are only ever updated, item by item. */
export const LEDGER_ACTIONS = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'] as const;

/** The function that settles the last date of a run completes the state `Plan`. */
export const COMPLETE_PLAN = {
  sid: 'CompletePlan',
  actions: ['states:SendTaskSuccess'],
  on: 'syncRun',
} as const satisfies Right;

/**
 * The SecureString of the key, or of the connection, which is replaced at each refresh. Under the key `aws/ssm`, its
 * default, Systems Manager encrypts and decrypts for whoever may write and read: no permission of KMS is needed.
 */
export const KEEP_OURA_API_KEY = {
  sid: 'KeepOuraApiKey',
  actions: ['ssm:GetParameter', 'ssm:PutParameter'],
  on: 'ouraApiKeyParameter',
} as const satisfies Right;
