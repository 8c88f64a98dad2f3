// IMPORTANT: used both by the bundled Lambda functions and by the constructs in cdk/. No I/O, no AWS SDK, no aws-cdk-lib.
import { boolean, type InferType, mixed, number, object, string } from 'yup';
import { daySchema } from './day-schema.ts';

/** Why a date was queued. */
const REASONS = ['missing', 'recheck', 'backfill', 'webhook'] as const;

/** The version of the work message that this code writes and reads. */
export const WORK_MESSAGE_VERSION = 1;

/** One date to sync: the body of a message on the work, dead-letter or parked queue. */
export const workMessageSchema = object({
  version: number().strict().oneOf([WORK_MESSAGE_VERSION]).required(),
  run_id: string().strict().min(1).required(),
  date: daySchema().required(),
  reason: string().strict().oneOf(REASONS).required(),
})
  .noUnknown()
  .strict()
  .required();
export type WorkMessage = InferType<typeof workMessageSchema>;

/**
 * Dates in one batch of the worker, the default of the setting batchSize. 650 consecutive dates are one window of four
 * requests (docs/decisions/0011). They take an eighth of the worker's time, and 0.7 of an invocation's 6 MB of payload.
 */
export const BATCH_DATES = 650;

/**
 * Dates per run: two full batches of the worker, each its own window, fetched at the same time. Larger ranges are split into
 * successive runs (services/operations/backfill). With more dates, SQS delivers the first batch while the planner still sends,
 * and a partial batch costs another window. Also:
 * - A daily run waits for the messages queued before it: 1,300 dates settle in about seven seconds on one machine.
 * - Each settled window and each batch of parked dates rewrites the run's item, at one write unit per KB: 1,300 dates of
 *   11 bytes are 15 units. DynamoDB allows 1,000 units per second for one item. Forty years in one item would cost eleven times
 *   as much, and take half of DynamoDB's limit of 400 KB.
 * Smaller runs cost more: each takes a request, three state transitions, and the seconds in which SQS gathers its batches.
 */
export const MOST_DATES = 2 * BATCH_DATES;

/**
 * Why a run was started: by the daily schedule, by a person, for a part of a backfill, by an event of Oura, or because Oura
 * has last night. A run of the last two is an extra one: it does not replace the daily run.
 */
const TRIGGERS = ['schedule', 'manual', 'backfill', 'webhook', 'morning'] as const;
const EXTRA_TRIGGERS: readonly string[] = ['webhook', 'morning'] satisfies (typeof TRIGGERS)[number][];

/** Whether the trigger is one of an extra run. */
export const isExtra = (trigger: string): boolean => EXTRA_TRIGGERS.includes(trigger);

/** The input of an execution: `{trigger: 'schedule'}` from the schedule; a range or a number of days from the user. */
const runInputSchema = object({
  trigger: string().strict().oneOf(TRIGGERS).required(),
  /** First and last day to request, both included. @default the look-back */
  from: daySchema(),
  to: daySchema(),
  /** How many days up to today to request. @default the look-back */
  days: number().strict().integer().min(1),
  /** Whether to request every date of the range, also what is settled. @default false */
  again: boolean().strict(),
})
  .noUnknown()
  .strict()
  .required();
export type RunInput = InferType<typeof runInputSchema>;

/** The payload that the state `Plan` passes to the planner. */
export const planEventSchema = object({
  /** `$$.Task.Token`: the function that settles the last date completes the task with it. */
  task_token: string().strict().min(1).required(),
  /** `$$.Execution.Name`. */
  run_id: string().strict().min(1).required(),
  /** `$$.Execution.Input`. */
  input: runInputSchema,
  /** `$$.StateMachine.Id`, only with the setting webhooks: if events remain, the planner starts the next execution. */
  state_machine: string().strict().min(1),
})
  .strict()
  .required();
export type PlanEvent = InferType<typeof planEventSchema>;

/** The payload that the state `Summarize` passes to summary. `failure` is present if `Plan` failed or timed out. */
export const summaryEventSchema = object({
  run_id: string().strict().min(1).required(),
  state: object({
    // Not strict: yup applies no default to a strict field, and a run started without a trigger must be reported, too.
    trigger: string().default('unknown'),
    failure: object({ Error: string().strict().required(), Cause: string().strict() }).default(undefined),
    /** The range of the input, unchecked: the planner has rejected an invalid one. */
    from: mixed(),
    to: mixed(),
    days: mixed(),
  }).required(),
}).required();
export type SummaryEvent = InferType<typeof summaryEventSchema>;
