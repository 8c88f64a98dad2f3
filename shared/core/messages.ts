// IMPORTANT: used both by the bundled Lambda functions and by the constructs in cdk/. No I/O, no AWS SDK, no aws-cdk-lib.
import { boolean, type InferType, mixed, number, object, string } from 'yup';
import { daySchema } from './day.ts';

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

/** A run keeps its dates in one item of at most 400 KB [DynamoDB], at 11 bytes per date. 20,000 dates are 54 years. */
export const MOST_DATES = 20_000;

/**
 * Dates in one batch of the worker, the default of the setting batchSize. 650 consecutive dates are one window of four
 * requests (docs/decisions/0011). They take an eighth of the worker's time, and 0.7 of an invocation's 6 MB of payload.
 */
export const BATCH_DATES = 650;

/** The input of an execution: `{trigger: 'schedule'}` from the schedule; a range or a number of days from the user. */
const runInputSchema = object({
  trigger: string().strict().oneOf(['schedule', 'manual', 'backfill']).required(),
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
