import { causeRemedy, causeSentence, findCause } from '../../../shared/core/causes.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import { dayIn, daysBetween } from '../../../shared/core/day.ts';
import { type Stack, timeZoneOf } from '../../operations/stack.ts';
import type { RunSummary } from '../../operations/status/pipeline-state.ts';
import { readStatus } from '../../operations/status/read-status.ts';
import { suggest, type Target } from '../print/advice.ts';
import { reconnectSentence } from '../print/reconnect.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const HOUR_MS = 3_600_000;
/** Two hours more than a day: a run is due daily, and may take two hours. */
const LONGEST_SILENCE_HOURS = 26;
const MOST_SKEW_MS = 5 * 60_000;

/** @param broken whether the connection is known to be worth nothing now */
const checkLastRun = (run: RunSummary | undefined, now: number, target: Target, broken: boolean): Finding => {
  const start = target.aws ? suggest('start', target, '--once') : suggest('start', target);
  const again = `${start} runs now`;
  if (!run) return warning('last run', 'there has been none', again);
  const { status, counts } = run;
  const begun = Date.parse(run.started_at);
  const said = `${status} (${run.trigger}, ${run.started_at})`;
  if (begun > now + MOST_SKEW_MS)
    return warning('last run', `${said}, which is in the future`, "check the machine's clock");
  const { planned, failed, pending } = counts;
  if (run.cause !== null && planned === 0) {
    // Who has connected anew since need not do it again.
    const isMended = findCause(run.cause)?.action === 'reconnect' && !broken;
    const mend = isMended ? undefined : causeRemedy(run.cause, (script) => suggest(script, target));
    const advice = mend === undefined ? again : `${mend}; then ${again}`;
    return problem('last run', `${said}: ${causeSentence(run.cause)}`, advice);
  }
  if (status === 'failed' || status === 'partial' || status === 'incomplete') {
    return problem(
      'last run',
      `${said}: ${failed} of ${planned} dates failed, ${pending} are unfinished`,
      `${suggest('failures', target)} says why`,
    );
  }
  const hours = Math.floor((now - begun) / HOUR_MS);
  if (hours > LONGEST_SILENCE_HOURS) {
    const late = `${said}, ${hours} hours ago`;
    return target.aws
      ? problem('last run', late, `look at the schedule; ${again}, and catches up`)
      : warning('last run', late, `${again}, and catches up`);
  }
  return ok('last run', said);
};

/** The last run, whether Oura lets us in no more, what is parked, and how fresh the nights are. @param target what `stack` is to the user */
export const checkLedger = async (stack: Stack, clock: Clock, target: Target): Promise<Finding[]> => {
  const { lastRun, nights, queues, reconnect } = await readStatus(stack);
  const { parked } = queues;
  const findings = [
    ...(reconnect ? [problem('connection', reconnectSentence(reconnect), suggest('connect', target))] : []),
    checkLastRun(lastRun, clock.now(), target, reconnect !== undefined),
    parked === 0
      ? ok('parked', 'nothing')
      : problem(
          'parked',
          `${parked} messages`,
          `${suggest('redrive', target, '--dry-run')} says why; ${suggest('redrive', target)} asks again`,
        ),
  ];
  const { last: newest } = nights;
  if (newest === null) return findings;
  const behind = daysBetween(newest, dayIn(timeZoneOf(stack), clock.now()));
  return [
    ...findings,
    behind <= 1
      ? ok('newest night', newest)
      : warning('newest night', `${newest}, ${behind} days behind`, `${suggest('gaps', target)} says why`),
  ];
};
