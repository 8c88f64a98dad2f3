import { causeSentence, findCause } from '../../../shared/core/causes.ts';
import { daysBetween } from '../../../shared/core/day.ts';
import { showInstant } from '../../../shared/core/show-instant.ts';
import { plural } from '../../../shared/core/text.ts';
import { openLedger } from '../../operations/ledger.ts';
import { type Stack, timeZoneOf, todayOf } from '../../operations/stack.ts';
import { remedyOf } from '../../operations/status/actions.ts';
import type { SyncState } from '../../operations/status/sync-state.ts';
import { suggest, type Target } from '../print/advice.ts';
import { type Finding, ok, problem, warning } from './finding.ts';
import { checkProblems } from './problems.ts';
import { checkWebhooks } from './webhooks.ts';

/** How the last run ended. Its consequences, such as a silence or waiting dates, are problems of the state. */
const checkLastRun = (
  { runs: [run], actions, reconnect }: SyncState,
  timeZone: string,
  target: Target,
): Finding => {
  const again = actions.afterConnect(actions.start ?? actions.sync);
  if (!run) return warning('last run', 'no run yet', again);
  const { status, counts } = run;
  const said = `${status} (${run.trigger}, ${showInstant(Date.parse(run.started_at), timeZone)})`;
  const { planned, failed, pending } = counts;
  if (run.cause !== null && planned === 0) {
    // If the user has reconnected since, the next run is enough.
    const isFixed = findCause(run.cause)?.action === 'reconnect' && !reconnect;
    const remedy = isFixed ? undefined : remedyOf(run.cause, (script) => suggest(script, target));
    const advice = remedy === undefined || reconnect ? again : `${remedy}; then ${again}`;
    return problem('last run', `${said}: ${causeSentence(run.cause)}`, advice);
  }
  if (status === 'failed' || status === 'partial' || status === 'incomplete') {
    return problem(
      'last run',
      `${said}: ${failed} of ${plural(planned, 'date')} failed, ${pending} unfinished`,
      `${actions.failures} to see why`,
    );
  }
  return status === 'stopped' ? warning('last run', said, again) : ok('last run', said);
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

/** Checks the state, the last run, the rules of the nights, the webhooks and the newest night. @param target `stack`, for suggested commands */
export const checkLedger = async (stack: Stack, state: SyncState, target: Target): Promise<Finding[]> => {
  const timeZone = timeZoneOf(stack);
  const findings = [
    ...checkProblems(state),
    checkLastRun(state, timeZone, target),
    await checkRules(stack, target),
    ...(await checkWebhooks(stack, state, target)),
  ];
  const newest = [...state.nights].sort().at(-1);
  if (newest === undefined) return findings;
  const behind = daysBetween(newest, todayOf(stack));
  return [
    ...findings,
    behind <= 1
      ? ok('newest night', newest)
      : warning(
          'newest night',
          `${newest}, ${plural(behind, 'day')} ago`,
          `run ${suggest('gaps', target)} to see why`,
        ),
  ];
};
