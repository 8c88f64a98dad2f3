import {
  PROBLEM_IDS,
  type Problem,
  type ProblemId,
  type SyncState,
} from '../../operations/status/sync-state.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** The subject of the finding of each problem. */
const CHECKS: Readonly<Record<ProblemId, string>> = {
  reconnect_needed: 'connection',
  damaged_data: 'data',
  disk_full: 'disk',
  no_success: 'last success',
  dates_waiting: 'waiting dates',
  dates_failed: 'failed dates',
  dates_parked: 'parked',
  messages_expired: 'lost messages',
  nights_missing: 'stored nights',
  last_night_absent: 'last night',
  incomplete_stop: 'last stop',
  clock_ahead: 'ledger times',
  log_gap: 'log',
};

/** What the checks say that find nothing. The others are silent then. */
const FINE: Partial<Record<ProblemId, string>> = {
  dates_waiting: 'no date waits while nothing runs',
  dates_parked: 'nothing',
  nights_missing: 'the table has every night that the ledger calls stored',
};

const findingOf = ({ id, severity, summary, action }: Problem): Finding =>
  (severity === 'problem' ? problem : warning)(CHECKS[id], summary, action ?? 'nothing to do');

/** A finding per problem of the state, and the checks of it that found none. Free space has a check of its own: it needs no ledger. */
export const checkProblems = ({ problems }: Pick<SyncState, 'problems'>): Finding[] =>
  PROBLEM_IDS.filter((id) => id !== 'disk_full').flatMap((id) => {
    const found = problems.filter((each) => each.id === id).map(findingOf);
    const fine = FINE[id];
    return found.length === 0 && fine !== undefined ? [ok(CHECKS[id], fine)] : found;
  });
