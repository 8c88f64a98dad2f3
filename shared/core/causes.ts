// IMPORTANT: used by the bundled Lambda functions and by the page in the browser. No I/O; imports types only.
import type { Consequences } from './errors.ts';

/** Why a run or a date failed: one sentence that explains the cause, and one that says what to do. */
export interface Cause extends Consequences {
  /** Without a full stop. */
  readonly sentence: string;
  /** Without a full stop; `{connect}` is replaced by the command `npm run connect`. */
  readonly remedy: string;
  /** Whether the next attempt requests shorter windows. */
  readonly shortensWindows?: boolean;
  /** Whether a person may accept that a date stays without a night for as long as it has this cause. */
  readonly isAcceptable?: boolean;
}

/**
 * Every cause that the ledger, runs, or the attributes of parked messages can contain. The names are a stored format:
 * add names, never rename one. The CLI, the page and docs/runbook.md take their sentences from here.
 */
export const CAUSES = {
  OuraUnavailable: {
    sentence: 'Oura is unavailable',
    remedy: 'Wait until Oura answers again, then run {redrive}',
    retryable: true,
    endsBatch: false,
    action: null,
  },
  OuraRateLimited: {
    sentence: "Oura's rate limit is reached",
    remedy: 'Wait: the dates are tried again. For dates that are parked, run {redrive}',
    retryable: true,
    endsBatch: true,
    action: null,
  },
  RateBudgetSpent: {
    sentence: 'The request budget of this stack (requestsPerMinute) is spent',
    remedy: 'Wait: the dates are tried again. For dates that are parked, run {redrive}',
    retryable: true,
    endsBatch: true,
    action: null,
    shortensWindows: true,
  },
  CredentialsRejected: {
    sentence: 'Oura rejects the credentials: reconnect needed',
    remedy: 'Run {connect}, or correct OURA_API_KEY where it is set',
    retryable: false,
    endsBatch: true,
    action: 'restore-access',
  },
  AccessForbidden: {
    sentence: 'Oura forbids access: the membership has lapsed or a scope is not granted',
    remedy: 'Renew the membership, or run {connect} and grant every scope',
    retryable: false,
    endsBatch: true,
    action: 'restore-access',
  },
  ApiKeyMissing: {
    sentence: 'The Oura credentials are missing or unusable',
    remedy: 'Run {connect}',
    retryable: false,
    endsBatch: true,
    action: 'restore-access',
  },
  ReconnectNeeded: {
    sentence: 'Oura no longer accepts the connection: reconnect needed',
    remedy: 'Run {connect}',
    retryable: false,
    endsBatch: true,
    action: 'reconnect',
  },
  TokenRefreshFailed: {
    sentence: 'The access token could not be refreshed',
    remedy: "Wait until Oura's token URL answers again, then run {redrive}",
    retryable: true,
    endsBatch: true,
    action: null,
  },
  OuraRejected: {
    sentence: 'Oura rejects the request itself',
    remedy:
      'If Oura gives a reason (426), follow it. Otherwise check the setting ouraApiBaseUrl; if it is right, report this, since Oura may have changed its API',
    retryable: false,
    endsBatch: false,
    action: null,
  },
  InvalidRecord: {
    sentence: 'Oura sent an invalid record',
    remedy:
      'Report it: the other dates are stored. {redrive} reads the date again, and with --accept DATE it accepts that the record stays invalid',
    isAcceptable: true,
    retryable: false,
    endsBatch: false,
    action: null,
  },
  NightContended: {
    sentence: 'Several workers kept changing the same night',
    remedy: 'Run {redrive}',
    retryable: true,
    endsBatch: false,
    action: null,
  },
  TableThrottled: {
    sentence: 'DynamoDB throttles the table',
    remedy: 'Wait, then run {redrive}',
    retryable: true,
    endsBatch: false,
    action: null,
  },
  EnvironmentInvalid: {
    sentence: 'A setting of the function is missing or invalid',
    remedy: 'Deploy the stack again (on one machine: restart npm start), then run {redrive}',
    retryable: false,
    endsBatch: true,
    action: null,
  },
  MalformedMessage: {
    sentence: 'The message in the queue is not a work message',
    remedy: 'Find out what sent it. To remove it, run {redrive} with --discard-malformed',
    retryable: false,
    endsBatch: false,
    action: null,
  },
  DatesNotQueued: {
    sentence: 'SQS did not take all dates',
    remedy: 'Start another run',
    retryable: true,
    endsBatch: false,
    action: null,
  },
  RunInputInvalid: {
    sentence: 'The run was started with an invalid date range',
    remedy: 'Start another run with a range that ends today or earlier',
    retryable: false,
    endsBatch: false,
    action: 'correct-input',
  },
  WorkerCrashed: {
    sentence: 'The worker ended without an answer at every attempt',
    remedy: "Look for timeouts in the worker's log, then run {redrive}",
    retryable: false,
    endsBatch: false,
    action: null,
  },
  'States.Timeout': {
    sentence: 'The run took longer than the state machine waits',
    remedy: 'Run {status}: dates that are still queued settle by themselves',
    retryable: true,
    endsBatch: false,
    action: null,
  },
} as const satisfies Record<string, Cause>;

/** The command with which the reader runs a script of package.json, e.g. `npm run connect -- --aws`. */
type WriteCommand = (script: string) => string;

const npmRun: WriteCommand = (script) => `npm run ${script}`;

/** The entry of a stored cause; undefined for an error that is not ours, such as an error from AWS. */
export const findCause = (name: string | null | undefined): Cause | undefined =>
  name != null && Object.hasOwn(CAUSES, name) ? CAUSES[name as keyof typeof CAUSES] : undefined;

/** Explains a stored cause in one sentence without a full stop. */
export const causeSentence = (name: string): string =>
  findCause(name)?.sentence ?? `Unexpected error ${name}: see the log`;

/** Says how to fix a stored cause, in one sentence without a full stop; undefined for an error that is not ours. */
export const causeRemedy = (name: string, command: WriteCommand = npmRun): string | undefined =>
  findCause(name)?.remedy.replaceAll(/\{(\w+)\}/g, (_, script: string) => command(script));

/** Explains a stored cause and says how to fix it. */
export const explainCause = (name: string, command?: WriteCommand): string => {
  const remedy = causeRemedy(name, command);
  return remedy === undefined ? `${causeSentence(name)}.` : `${causeSentence(name)}. ${remedy}.`;
};
