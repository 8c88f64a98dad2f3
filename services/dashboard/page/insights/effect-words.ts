import { BETTER } from '../../../../shared/core/metrics.ts';
import { type SleepMeasure, whenBefore } from '../../../../shared/core/sleep-measures.ts';
import { estimate, estimates, plural, signed } from '../../../../shared/core/text.ts';
import type { Direction, Effect, PairName } from '../../server/api.ts';
import { showDay } from '../format.ts';
import { SLEEP_VIEWS, TRAINING_VIEWS } from './measures.ts';
import type { Quality } from './quality.tsx';

export const keyOf = ({ sleep_metric, training_metric, lag_days }: PairName): string =>
  `${sleep_metric}/${training_metric}/${lag_days}`;

/** Names both sides of a pair, the earlier one first. */
export const nameOf = (
  direction: Direction,
  { sleep_metric, training_metric, lag_days }: PairName,
): string => {
  const sleep = SLEEP_VIEWS[sleep_metric].label;
  const training = TRAINING_VIEWS[training_metric].label;
  return direction === 'sleep_to_training'
    ? `${sleep} of ${whenBefore(sleep_metric, lag_days)} and ${training}`
    : `${training} and ${sleep} of the night after`;
};

/** The same in a few words: `HRV → Volume load`. */
export const shortNameOf = (direction: Direction, { sleep_metric, training_metric }: PairName): string => {
  const names = [SLEEP_VIEWS[sleep_metric].label, TRAINING_VIEWS[training_metric].label];
  return (direction === 'sleep_to_training' ? names : names.reverse()).join(' → ');
};

/** Whether more of a measure is better for a person. */
const betterOf = (measure: SleepMeasure): 'higher' | 'lower' | 'neither' | null => {
  if (measure === 'deep_and_rem_duration') return 'higher';
  if (measure === 'sleep_debt_7d') return 'lower';
  return measure === 'nap_duration' ? null : BETTER[measure];
};

/** Whether a likely effect is good or bad: more training than usual, or a better night. Undefined if neither is clear. */
export const qualityOf = (
  direction: Direction,
  { verdict, rho, reversal, turning_point, sleep_metric }: Effect,
): Quality | undefined => {
  if (verdict !== 'likely' || rho === null || reversal !== null || turning_point !== null) return undefined;
  const better = direction === 'sleep_to_training' ? 'higher' : betterOf(sleep_metric);
  if (better !== 'higher' && better !== 'lower') return undefined;
  return rho > 0 === (better === 'higher') ? 'good' : 'bad';
};

const change = (value: number): string => `${value > 0 ? '+' : ''}${estimate(value)}`;

/** The figures behind a sentence, in its natural unit. Empty if the pair was not tested. */
export const figuresOf = (effect: Effect): (readonly [string, string])[] => {
  const { natural, stability, reversal, detectable, sessions_to_decide: more, rho, ci, q, n } = effect;
  if (natural === null) return [];
  const { unit } = natural;
  const range = (ends: readonly [number, number]): string => `${estimates(ends).join(' to ')} ${unit}`.trim();
  return [
    [`With ${natural.per}`, `${change(natural.change)} ${unit}, 95 % interval ${range(natural.ci)}`],
    ...(stability
      ? ([
          ['First, second, last third', `${stability.thirds.map(change).join(', ')} ${unit}`],
          [
            'Months',
            `the same direction in ${stability.months_held} of ${stability.months}; without any one of them ${range(stability.without_a_month)}`,
          ],
        ] as const)
      : []),
    ...(reversal
      ? ([
          [
            `Since ${showDay(reversal.since)}`,
            `${change(reversal.after)} ${unit}, before ${change(reversal.before)} ${unit}`,
          ],
        ] as const)
      : []),
    ...(detectable === null ? [] : ([['Detectable', `from ${estimate(detectable)} ${unit}`]] as const)),
    ...(more === null ? [] : ([['To decide', `about ${estimate(more)} more sessions`]] as const)),
    ...(rho === null || ci === null || q === null
      ? []
      : ([
          [
            'Statistics',
            `partial ρ ${signed(rho, 2)} (${signed(ci[0], 2)} to ${signed(ci[1], 2)}), q ${q < 0.001 ? '< 0.001' : q.toFixed(3)}, ${plural(n, 'session')}`,
          ],
        ] as const)),
  ];
};
