import { causeRemedy, causeSentence, findCause } from '../../../shared/core/causes.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import { dayIn, daysBetween } from '../../../shared/core/day.ts';
import { plural } from '../../../shared/core/text.ts';
import { openLedger } from '../../operations/ledger.ts';
import { type Stack, timeZoneOf } from '../../operations/stack.ts';
import type { RunSummary } from '../../operations/status/pipeline-state.ts';
import { readStatus, type StackStatus } from '../../operations/status/read-status.ts';
import { suggest, type Target } from '../print/advice.ts';
import { reconnectSentence } from '../print/reconnect.ts';
import { type Finding, ok, problem, warning } from './finding.ts';
import { checkWebhooks } from './webhooks.ts';

const HOUR_MS = 3_600_000;
/** Two hours more than a day: a run is due daily, and may take two hours. */
const LONGEST_SILENCE_HOURS = 26;
const MOST_SKEW_MS = 5 * 60_000;

const checkLastRun = (
  run: RunSummary | undefined,
  now: number,
  target: Target,
  { reconnect, lastRegularStart }: Pick<StackStatus, 'reconnect' | 'lastRegularStart'>,
): Finding => {
  const again = `run ${target.aws ? suggest('start', target, '--once') : suggest('start', target)}`;
  if (!run) return warning('last run', 'no run yet', again);
  const { status, counts } = run;
  const begun = Date.parse(run.started_at);
  const said = `${status} (${run.trigger}, ${run.started_at})`;
  if (begun > now + MOST_SKEW_MS)
    return warning('last run', `${said}, which is in the future`, "check the machine's clock");
  const { planned, failed, pending } = counts;
  if (run.cause !== null && planned === 0) {
    // If the user has reconnected since, the next run is enough.
    const isFixed = findCause(run.cause)?.action === 'reconnect' && !reconnect;
    const remedy = isFixed ? undefined : causeRemedy(run.cause, (script) => suggest(script, target));
    const advice = remedy === undefined ? again : `${remedy}; then ${again}`;
    return problem('last run', `${said}: ${causeSentence(run.cause)}`, advice);
  }
  if (status === 'failed' || status === 'partial' || status === 'incomplete') {
    return problem(
      'last run',
      `${said}: ${failed} of ${planned} dates failed, ${pending} are unfinished`,
      `run ${suggest('failures', target)} to see why`,
    );
  }
  // Extra runs go on while the schedule is silent.
  const hours = Math.floor((now - Date.parse(lastRegularStart ?? run.started_at)) / HOUR_MS);
  if (hours > LONGEST_SILENCE_HOURS) {
    const late =
      lastRegularStart === run.started_at
        ? `${said}, ${hours} hours ago`
        : `${said}; the last scheduled or manual one started ${hours} hours ago`;
    return target.aws
      ? problem('last run', late, `check the schedule; to catch up, ${again}`)
      : warning('last run', late, `to catch up, ${again}`);
  }
  return ok('last run', said);
};

/** Counts the nights that follow the rules of an earlier version. They are read by the present ones in any case. */
const checkRules = async (stack: Stack, target: Target): Promise<Finding> => {
  const outdated = await Array.fromAsync(openLedger(stack).sleepTable.outdated());
  return outdated.length === 0
    ? ok('rules', 'every stored night follows the rules of this version')
    : warning(
        'rules',
        `${plural(outdated.length, 'night')} stored by the rules of an earlier version`,
        `run ${suggest('backfill', target, '--recompute')}`,
      );
};

/** Checks the connection, the last run, the parked messages, the rules of the nights, the webhooks and the newest night. @param target `stack`, for suggested commands */
export const checkLedger = async (stack: Stack, clock: Clock, target: Target): Promise<Finding[]> => {
  const { lastRun, lastRegularStart, nights, queues, reconnect } = await readStatus(stack);
  const { parked } = queues;
  const findings = [
    ...(reconnect
      ? [problem('connection', reconnectSentence(reconnect), `run ${suggest('connect', target)}`)]
      : []),
    checkLastRun(lastRun, clock.now(), target, { reconnect, lastRegularStart }),
    parked === 0
      ? ok('parked', 'nothing')
      : problem(
          'parked',
          plural(parked, 'message'),
          `to see why, run ${suggest('redrive', target, '--dry-run')}; to retry, run ${suggest('redrive', target)}`,
        ),
    await checkRules(stack, target),
    ...(await checkWebhooks(stack, target)),
  ];
  const { last: newest } = nights;
  if (newest === null) return findings;
  const behind = daysBetween(newest, dayIn(timeZoneOf(stack), clock.now()));
  return [
    ...findings,
    behind <= 1
      ? ok('newest night', newest)
      : warning('newest night', `${newest}, ${behind} days ago`, `run ${suggest('gaps', target)} to see why`),
  ];
};
