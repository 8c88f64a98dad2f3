import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type Clock, iso } from '../../core/clock.ts';
import type { Day } from '../../core/day.ts';
import type { Outcome, Run } from '../../core/ledger.ts';
import { updateItem } from './conditional-write.ts';
import { scanPrefix } from './scan-prefix.ts';

const RUN = 'run#';
const SETS = ['pending', 'stored', 'unchanged', 'no_data', 'not_over', 'failed'] as const;

/** The same rule as isLive. A deleted run has no expiry, so the update does not create it again. */
const LIVE = '#expires_at > :now';

/** The current state of a run, with the token of the task that waits for it (null after the run is summarized). */
export interface OpenRun {
  readonly run: Run;
  readonly task_token: string | null;
  /** Whether the dates have been written. Only then does an empty `pending` mean that all dates are settled. */
  readonly planned: boolean;
}

/** `run#<id>` in OuraSyncTable: the pending dates of a run, and the outcomes of the others. Items expire by TTL. */
export interface Runs {
  /** Opens the run. If it exists, only replaces its token, because the planner may be invoked twice. */
  open(run: { run_id: string; task_token: string; trigger: string }): Promise<OpenRun>;
  /** Writes the dates of an open run; a planned run keeps its dates. `requests`: the requests sent to Oura for it. */
  plan(run_id: string, dates: readonly Day[], requests?: number): Promise<OpenRun>;
  /**
   * Moves dates from `pending` (and `failed`) to their outcome or to `not_over`; undefined if the run has expired.
   * Idempotent except for `requests`, the requests sent to Oura for these dates, which are added up.
   */
  settle(
    run_id: string,
    outcomes: Partial<Record<Outcome | 'not_over', readonly Day[]>>,
    requests?: number,
  ): Promise<OpenRun | undefined>;
  /** Adds remarks about what Oura sent. Idempotent. */
  remark(run_id: string, remarks: readonly string[]): Promise<void>;
  get(run_id: string): Promise<OpenRun | undefined>;
  /** Closes the run, or creates it closed if `Plan` failed before opening it. Keeps the first finish and its cause. */
  finish(run_id: string, end: { trigger: string; cause: string | null }): Promise<OpenRun>;
  /** All runs, newest first, including expired ones that DynamoDB has not deleted yet. */
  list(): Promise<Run[]>;
}

type RunItem = Record<string, unknown> & { pk: string };

const textsIn = (item: RunItem, set: (typeof SETS)[number] | 'remarks'): string[] =>
  [...((item[set] as Set<string>) ?? [])].sort();

const toRun = (item: RunItem): OpenRun => ({
  run: {
    run_id: item.pk.slice(RUN.length),
    trigger: item['trigger'] as string,
    started_at: item['started_at'] as string,
    finished_at: (item['finished_at'] as string | undefined) ?? null,
    cause: (item['cause'] as string | undefined) ?? null,
    requests: (item['requests'] as number | undefined) ?? 0,
    pending: textsIn(item, 'pending'),
    stored: textsIn(item, 'stored'),
    unchanged: textsIn(item, 'unchanged'),
    no_data: textsIn(item, 'no_data'),
    not_over: textsIn(item, 'not_over'),
    failed: textsIn(item, 'failed'),
    remarks: textsIn(item, 'remarks'),
  },
  task_token: (item['task_token'] as string | undefined) ?? null,
  planned: item['planned_at'] !== undefined,
});

export const createRuns = (
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
  clock: Clock,
  retentionDays: number,
): Runs => {
  /** Whether the item has not expired. DynamoDB deletes expired items only within days, and the embedded one never. */
  const isLive = (item: RunItem): boolean => (item['expires_at'] as number) * 1000 > clock.now();

  /** Applies `expression` and returns the updated run; undefined if `condition` does not hold. */
  const update = async (
    run_id: string,
    expression: string,
    values: Record<string, unknown>,
    condition?: string,
  ): Promise<OpenRun | undefined> => {
    const item = await updateItem(
      dynamodb,
      tableName,
      { pk: RUN + run_id },
      { expression, condition, values },
    );
    return item && toRun(item as RunItem);
  };

  const nowSeconds = () => clock.now() / 1000;

  const get = async (run_id: string): Promise<OpenRun | undefined> => {
    const reply = await dynamodb.send(
      new GetCommand({ TableName: tableName, Key: { pk: RUN + run_id }, ConsistentRead: true }),
    );
    const item = reply.Item as RunItem | undefined;
    return item && isLive(item) ? toRun(item) : undefined;
  };

  /** An update without a condition always returns the item. */
  const always = (run: OpenRun | undefined): OpenRun => {
    if (!run) throw new Error('An unconditional update returned no item');
    return run;
  };

  const expiry = () => Math.floor(clock.now() / 1000) + retentionDays * 86_400;

  return {
    open: async ({ run_id, task_token, trigger }) =>
      always(
        await update(
          run_id,
          'SET #task_token = :token, #trigger = if_not_exists(#trigger, :trigger), ' +
            '#started_at = if_not_exists(#started_at, :now), #expires_at = if_not_exists(#expires_at, :expiry)',
          { ':token': task_token, ':trigger': trigger, ':now': iso(clock.now()), ':expiry': expiry() },
        ),
      ),

    plan: async (run_id, dates, requests = 0) => {
      const written = await update(
        run_id,
        `SET #planned_at = :now ADD #requests :requests${dates.length === 0 ? '' : ', #pending :dates'}`,
        {
          ':now': iso(clock.now()),
          ':requests': requests,
          ':dates': new Set(dates),
        },
        'attribute_not_exists(#planned_at)',
      );
      return written ?? always(await get(run_id));
    },

    settle: async (run_id, outcomes, requests = 0) => {
      const entries = Object.entries(outcomes).filter(([, dates]) => dates.length > 0);
      const values: Record<string, unknown> = { ':now': nowSeconds(), ':requests': requests };
      if (entries.length === 0) {
        return requests === 0 ? get(run_id) : update(run_id, 'ADD #requests :requests', values, LIVE);
      }
      const adds = entries.map(([outcome, dates]) => {
        values[`:${outcome}`] = new Set(dates);
        return `#${outcome} :${outcome}`;
      });
      values[':ended'] = new Set(entries.flatMap(([, dates]) => dates));
      const settled = entries.filter(([outcome]) => outcome !== 'failed').flatMap(([, dates]) => dates);
      // Removes redriven dates from `failed`. DynamoDB rejects an attribute in both DELETE and ADD, so a batch that
      // also fails dates leaves this to outcomesOf, which never counts a settled date as failed.
      const heals = settled.length > 0 && !outcomes.failed?.length;
      if (heals) values[':healed'] = new Set(settled);
      return update(
        run_id,
        `DELETE #pending :ended${heals ? ', #failed :healed' : ''} ADD #requests :requests, ${adds.join(', ')}`,
        values,
        LIVE,
      );
    },

    remark: async (run_id, remarks) => {
      const values = { ':now': nowSeconds(), ':remarks': new Set(remarks) };
      await update(run_id, 'ADD #remarks :remarks', values, LIVE);
    },

    get,

    finish: async (run_id, { trigger, cause }) =>
      always(
        await update(
          run_id,
          'SET #finished_at = if_not_exists(#finished_at, :now), #trigger = if_not_exists(#trigger, :trigger), ' +
            '#started_at = if_not_exists(#started_at, :now), #expires_at = if_not_exists(#expires_at, :expiry)' +
            `${cause === null ? '' : ', #cause = if_not_exists(#cause, :cause)'} REMOVE #task_token`,
          {
            ':now': iso(clock.now()),
            ':trigger': trigger,
            ':expiry': expiry(),
            ':cause': cause,
          },
        ),
      ),

    list: async () => {
      const runs = await Array.fromAsync(
        scanPrefix<RunItem>(dynamodb, tableName, RUN),
        (item) => toRun(item).run,
      );
      return runs.sort((one, other) => other.started_at.localeCompare(one.started_at));
    },
  };
};
