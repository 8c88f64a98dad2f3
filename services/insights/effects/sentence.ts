import { TRAINING_METRICS } from '../../../shared/core/metrics.ts';
import { SLEEP_MEASURES } from '../../../shared/core/sleep-measures.ts';
import { capitalized, estimate, estimates, plural } from '../../../shared/core/text.ts';
import { definitionIn, STORED_UNITS } from '../../../shared/core/units.ts';
import type {
  Direction,
  Effect,
  NaturalEffect,
  PairName,
  Stability,
  TurningPoint,
} from './effects-report.ts';
import type { WhyUntested } from './evaluate-pairs.ts';
import { type Outcome, type Step, wordingIn } from './wording.ts';

/** The parts of a pair's sentences. */
export interface Words {
  readonly step: Step;
  readonly outcome: Outcome;
  /** `after nights with an hour more sleep` */
  readonly after: string;
  /** `after nights with about 7 h 40`, for a value of the measure that comes first. */
  readonly around: (value: number) => string;
  /** ` the next night`, or nothing. */
  readonly followed: string;
}

/** Lag 0 needs none of these words. */
const NIGHTS_BEFORE = ['', 'two nights before', 'three nights before', 'four nights before'];

/** A size without its sign, to two digits. */
const size = (value: number): string => estimate(Math.abs(value));

export const wordsOf = (
  { sleep_metric, training_metric, lag_days }: PairName,
  direction: Direction,
  units = STORED_UNITS,
): Words => {
  const { sleepSteps, sleepOutcomes, trainingSteps, trainingOutcomes } = wordingIn(units);
  if (direction === 'training_to_sleep') {
    const step = trainingSteps[training_metric];
    const { per, inWords, rest } = trainingOutcomes[training_metric];
    return {
      ...{ step, outcome: sleepOutcomes[sleep_metric], followed: ' the next night' },
      after: `after sessions with ${step.words}`,
      around: (value) => `after sessions with about ${size(value / per)}${inWords}${rest}`,
    };
  }
  const step = sleepSteps[sleep_metric];
  const { format, suffix, label } = definitionIn(units, SLEEP_MEASURES[sleep_metric]);
  const shown = (value: number): string => `${label} around ${format(value)}${suffix}`;
  const outcome = trainingOutcomes[training_metric];
  if (sleep_metric === 'sleep_debt_7d' || sleep_metric === 'nap_duration') {
    return {
      step,
      outcome,
      followed: '',
      after: `with ${step.words}`,
      around: (value) => `with ${shown(value)}`,
    };
  }
  const night = NIGHTS_BEFORE[lag_days] ?? '';
  return {
    ...{ step, outcome, followed: '' },
    after: night ? `with ${step.words} ${night}` : `after nights with ${step.words}`,
    around: (value) => (night ? `with ${shown(value)} ${night}` : `after nights with ${shown(value)}`),
  };
};

/** `about 420 kg more deep sleep` */
const difference = ({ inWords, up, down, rest }: Outcome, change: number): string =>
  `about ${size(change)}${inWords} ${change > 0 ? up : down}${rest}`;

/** The ends of an interval, the one nearer to 0 first if both have the same sign, and their sizes in words. */
const endsOf = ([low, high]: readonly [number, number]) => {
  const ends = low < 0 && high <= 0 ? ([high, low] as const) : ([low, high] as const);
  return { ends, sizes: estimates([Math.abs(ends[0]), Math.abs(ends[1])]) };
};

/** `between 100 kg less and 300 kg more deep sleep` */
const between = (outcome: Outcome, interval: readonly [number, number]): string => {
  const { inWords, up, down, rest } = outcome;
  const { ends, sizes } = endsOf(interval);
  const [first, second] = ends.map((end, at) => `${sizes[at]}${inWords} ${end > 0 ? up : down}`);
  return `between ${first} and ${second}${rest}`;
};

const turns = ({ outcome, around, followed }: Words, { kind, at }: TurningPoint): string =>
  `${outcome.subject} ${kind === 'highest' ? outcome.most : outcome.least}${outcome.rest}${followed} ${around(at)}`;

/** The parts of an effect that its sentence needs. */
export type Judged = Pick<
  Effect,
  | 'n'
  | 'verdict'
  | 'beyond_chance'
  | 'holds'
  | 'reversal'
  | 'turning_point'
  | 'sessions_to_decide'
  | 'no_effect_beyond'
> & {
  readonly natural: NaturalEffect;
  readonly stability: Stability;
};

const likely = (words: Words, { n, natural, stability, reversal, turning_point, holds }: Judged): string => {
  const { after, outcome, followed } = words;
  const counted = plural(n, 'session');
  if (reversal) {
    const { since, before, after: now } = reversal;
    return `${after} ${outcome.subject} ${difference(outcome, before)}${followed} until ${since}, but ${difference(outcome, now)} since then (${counted}): the relation reversed.`;
  }
  const turning = turning_point && turns(words, turning_point);
  if (!holds)
    return `${turning ?? after}, and ${turning_point?.kind === 'lowest' ? outcome.up : outcome.down} on both sides of it (${counted}).`;
  const { months_held, months } = stability;
  const [near, far] = endsOf(natural.ci).sizes;
  return `${after} ${outcome.subject} ${difference(outcome, natural.change)}${followed} (${near}–${far}; ${counted}; holds in ${months_held} of ${plural(months, 'month')}).${turning ? ` There is a turning point: ${turning}.` : ''}`;
};

/**
 * The result of a pair in plain words, with direction, lag and size. "After" and "with" say when something happened, not why.
 */
export const sentenceOf = (words: Words, judged: Judged): string => {
  const { n, verdict, natural, sessions_to_decide: more, no_effect_beyond: most } = judged;
  const { after, outcome, followed } = words;
  if (verdict === 'likely') return capitalized(likely(words, judged));
  const range = `${after} ${outcome.subject} ${between(outcome, natural.ci)}${followed}`;
  const counted = plural(n, 'session');
  if (verdict === 'no larger effect')
    return `No effect larger than ${size(most ?? 0)}${outcome.inWords}: ${range} (${counted}).`;
  // Without a reason, an interval without 0 would read like a claim.
  const excludesZero = natural.ci[0] * natural.ci[1] > 0;
  const unstable = judged.beyond_chance ? ', but not throughout your history' : undefined;
  const reason = unstable ?? (excludesZero ? ', which chance alone could explain' : '');
  const enough = more === null ? '' : ` About ${size(more)} more sessions would decide.`;
  return `Undecided: ${range}${reason} (${counted}).${enough}`;
};

export const notTestedSentence = (
  { sleep_metric, training_metric }: PairName,
  n: number,
  why: WhyUntested,
): string => {
  const pair = `Not tested (${SLEEP_MEASURES[sleep_metric].label} and ${TRAINING_METRICS[training_metric].label})`;
  if (why === 'hardly varies') return `${pair}: one of the two hardly varies.`;
  const counted = `${plural(n, 'session')} with both`;
  return why === 'rare sessions'
    ? `${pair}: ${counted}, but too few a week to tell an effect from a cycle of some weeks.`
    : `${pair}: ${counted}, about ${why.needed} are needed.`;
};
