import type { Finding } from '../../services/cli/doctor/finding.ts';
import type { GapRow } from '../../services/operations/gaps/gap-row.ts';
import type { ProblemId } from '../../services/operations/status/sync-state.ts';
import { addDays, type Day, dayIn, daysFrom } from '../../shared/core/day.ts';
import type { Received } from './notifications.ts';
import { HOME_ZONE, type Oura } from './oura.ts';

// What the suite knows without the product: what it has broken, and which nights the ring has. The statements of `doctor`
// and `gaps` are compared with it.

const HOUR_MS = 3_600_000;
/** The setting longestSilenceHours. */
const LONGEST_SILENCE_MS = 26 * HOUR_MS;
/** The look-back of the first run. */
const LOOK_BACK_DAYS = 7;

/** A statement that is not true. */
export interface Untrue {
  readonly kind: 'false all-clear' | 'false alarm' | 'wrong reason' | 'wrong advice' | 'lost' | 'crash';
  readonly text: string;
}

export class Truth {
  private readonly oura: Pick<Oura, 'fateOf' | 'today'>;
  private readonly first: Day;
  private readonly successes: { readonly at: number; readonly from: Day }[] = [];
  /** The last day whose run has queued dates. */
  private plannedOn: Day;
  private lastSuccess: number;
  isRevoked = false;
  /** Whether a run has met the revoked grant. */
  isRevocationKnown = false;
  isOuraDown = false;
  isDiskFull = false;
  isRunning = false;
  /** Unknown: with a full disk, a run may not even be recorded. */
  lastRun: 'succeeded' | 'failed' | 'unknown' = 'unknown';
  /** How often dates were parked, each time after a redrive. */
  timesParked = 0;
  /** Whether dates are parked and not redriven yet. A full disk may park some. */
  parked: 'none' | 'possible' | 'some' = 'none';

  constructor(oura: Pick<Oura, 'fateOf' | 'today'>, startsAt: number) {
    this.oura = oura;
    this.plannedOn = dayIn(HOME_ZONE, startsAt);
    this.lastSuccess = startsAt;
    this.first = addDays(this.plannedOn, 1 - LOOK_BACK_DAYS);
  }

  /** Whether a run would succeed now. */
  get isSound(): boolean {
    return !(this.isRevoked || this.isOuraDown || this.isDiskFull);
  }

  /** A run has ended now. */
  noteRun(): void {
    this.lastRun = this.isSound ? 'succeeded' : this.isDiskFull ? 'unknown' : 'failed';
    const today = dayIn(HOME_ZONE, Date.now());
    // After days without a plan, a run begins with the look-back of the last one.
    const isSkipped = this.plannedOn < addDays(today, -1);
    const from = addDays(isSkipped ? this.plannedOn : today, 1 - LOOK_BACK_DAYS);
    if (this.isSound) {
      this.lastSuccess = Date.now();
      this.successes.push({ at: Date.now(), from });
    }
    if (this.isRevoked) this.isRevocationKnown = true;
    else if (!this.isDiskFull) this.plannedOn = today;
    if (this.isOuraDown) {
      if (this.parked !== 'some') this.timesParked += 1;
      this.parked = 'some';
    } else if (this.isDiskFull && this.parked === 'none') this.parked = 'possible';
  }

  /** The parked dates were requested again now, also those before the look-back. */
  noteRedrive(): void {
    this.parked = 'none';
    this.successes.push({ at: Date.now(), from: this.first });
  }

  private isStored(day: Day): boolean {
    const { happened, syncedAt } = this.oura.fateOf(day);
    return happened === 'slept' && this.successes.some(({ at, from }) => syncedAt <= at && day >= from);
  }

  /** The dates whose night a successful run found. */
  stored(): Day[] {
    return daysFrom(this.first, addDays(this.oura.today(), 1)).filter((day) => this.isStored(day));
  }

  /** The dates that are over and have no night. */
  gaps(): Day[] {
    return daysFrom(this.first, addDays(this.oura.today(), -1)).filter((day) => !this.isStored(day));
  }

  /** Why `day` has no night, as far as the last successful run could find out; undefined if no such run asked for it. */
  private reasonOf(day: Day): string | undefined {
    const { happened, syncedAt } = this.oura.fateOf(day);
    const last = this.successes.findLast(({ at, from }) => dayIn(HOME_ZONE, at) > day && day >= from);
    if (last === undefined) return undefined;
    return syncedAt <= last.at ? happened : 'not_synced';
  }

  private get silentMs(): number {
    return Date.now() - this.lastSuccess;
  }

  private get isSilent(): boolean {
    return this.silentMs > LONGEST_SILENCE_MS;
  }

  /** Whether the night of today or of yesterday is not stored. */
  private get isLastNightAbsent(): boolean {
    const today = this.oura.today();
    return !this.isStored(today) || !this.isStored(addDays(today, -1));
  }

  /** The problems that exist now, or may. */
  private isPossible(problem: ProblemId): boolean {
    switch (problem) {
      case 'reconnect_needed':
        return this.isRevoked;
      case 'disk_full':
        return this.isDiskFull;
      case 'no_success':
        return this.isSilent;
      case 'dates_parked':
        return this.parked !== 'none';
      case 'last_night_absent':
        return this.isLastNightAbsent;
      default:
        return false;
    }
  }

  /** Checks that a notification announces what is wrong, once until it is resolved. @param earlier the notifications before it */
  judgeNotification({ event, problem }: Received, earlier: readonly Received[]): Untrue[] {
    const last = earlier.findLast((each) => each.problem === problem)?.event ?? 'resolved';
    const text = `notification: ${problem} ${event}`;
    if (event === last) return [{ kind: 'false alarm', text: `${text} twice` }];
    return event === 'opened' && !this.isPossible(problem) ? [{ kind: 'false alarm', text }] : [];
  }

  /** Checks what `doctor` must find, and what it may find. */
  judgeDoctor(findings: readonly Finding[], code: number): Untrue[] {
    const problems = findings.filter(({ state }) => state === 'problem');
    const must = new Map<string, boolean>([
      ['connection|key', this.isRevocationKnown],
      ['last run', this.lastRun === 'failed' && !this.isRevoked],
      ['parked', this.parked === 'some'],
      ['disk', this.isDiskFull],
      ['last success', this.isSilent],
    ]);
    const may = new Map<string, boolean>([
      ['connection', this.isRevoked],
      ['key', this.isRevoked],
      ['last run', this.lastRun !== 'succeeded'],
      ['last success', this.isSilent],
      ['parked', this.parked !== 'none'],
      ['Oura', this.isOuraDown],
      ['disk', this.isDiskFull],
    ]);
    const missing = [...must].filter(
      ([checks, isTrue]) => isTrue && !problems.some(({ check }) => checks.split('|').includes(check)),
    );
    const absent = findings.filter(({ check, state }) => check === 'last night' && state !== 'ok');
    const wrong = [
      ...problems.filter(({ check }) => !may.get(check)),
      ...absent.filter(() => !this.isLastNightAbsent),
    ];
    return [
      ...missing.map(
        ([checks]): Untrue => ({ kind: 'false all-clear', text: `doctor: no problem with ${checks}` }),
      ),
      ...wrong.map(
        ({ check, finding }): Untrue => ({ kind: 'false alarm', text: `doctor: ${check}: ${finding}` }),
      ),
      ...((code === 0) === (problems.length === 0)
        ? []
        : [
            {
              kind: 'false all-clear',
              text: `doctor exits ${code} with ${problems.length} problems`,
            } as const,
          ]),
    ];
  }

  /** Checks that `gaps` lists exactly the dates without a night, and why. */
  judgeGaps(rows: readonly GapRow[]): Untrue[] {
    const expected = new Set(this.gaps());
    const listed = new Set(rows.map(({ date }) => date));
    const today = this.oura.today();
    const absent = [...expected].filter((day) => !listed.has(day));
    const wrong = rows.filter(({ date }) => !expected.has(date) && date < today);
    const reasons = rows.filter(({ date, state, reason }) => {
      const known = this.reasonOf(date);
      return state === 'no_data' && known !== undefined && reason !== known;
    });
    const needed = this.isRevocationKnown ? 'npm run connect' : this.isRunning ? '' : 'npm start';
    const advice = rows.filter(({ settled, next }) => !settled && !next.includes(needed));
    return [
      ...absent.map((day): Untrue => ({ kind: 'false all-clear', text: `gaps: ${day} is not listed` })),
      ...wrong.map(({ date, state }): Untrue => ({ kind: 'false alarm', text: `gaps: ${date} is ${state}` })),
      ...advice.map(
        ({ date, next }): Untrue => ({
          kind: 'wrong advice',
          text: `gaps: ${date}, without ${needed}: ${next}`,
        }),
      ),
      ...reasons.map(
        ({ date, reason }): Untrue => ({
          kind: 'wrong reason',
          text: `gaps: ${date} is ${reason}, not ${this.reasonOf(date)}`,
        }),
      ),
    ];
  }
}
