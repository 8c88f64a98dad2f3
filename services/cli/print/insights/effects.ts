import { TRAINING_METRICS } from '../../../../shared/core/metrics.ts';
import { SLEEP_MEASURES, whenBefore } from '../../../../shared/core/sleep-measures.ts';
import { estimate, estimates, plural } from '../../../../shared/core/text.ts';
import type {
  Effect,
  EffectGroup,
  EffectsReport,
  NaturalEffect,
  PairName,
  Verdict,
} from '../../../insights/effects/effects-report.ts';
import { createTable } from '../table.ts';
import { bullets, wrap } from '../wrap.ts';

/** What comes first, and what may follow from it. */
interface Direction {
  readonly title: string;
  /** The side of a pair that may follow. */
  readonly outcome: (pair: PairName) => string;
  readonly name: (pair: PairName) => string;
}

const sleepLabel = ({ sleep_metric }: PairName): string => SLEEP_MEASURES[sleep_metric].label;
const trainingLabel = ({ training_metric }: PairName): string => TRAINING_METRICS[training_metric].label;

export const SLEEP_TO_TRAINING: Direction = {
  title: 'Sleep before training',
  outcome: trainingLabel,
  name: (pair) =>
    `${sleepLabel(pair)} of ${whenBefore(pair.sleep_metric, pair.lag_days)} and ${trainingLabel(pair)}`,
};
export const TRAINING_TO_SLEEP: Direction = {
  title: 'Sleep after training',
  outcome: sleepLabel,
  name: (pair) => `${trainingLabel(pair)} and ${sleepLabel(pair)} of the night after`,
};

const UNKNOWN = '–';
const withUnit = (value: number | null, unit: string): string =>
  value === null ? UNKNOWN : `${estimate(value)} ${unit}`.trim();

/** The interval in natural units. */
const intervalOf = ({ ci, unit }: NaturalEffect): string => `${estimates(ci).join(' to ')} ${unit}`.trim();

/** What fits the sessions, and what it would take to decide. */
const undecidedTable = (effects: readonly Effect[], { outcome }: Direction): string =>
  createTable(
    [
      { title: 'difference in' },
      { title: '95 % interval' },
      { title: 'detectable', align: 'right' },
      { title: 'more sessions', align: 'right' },
    ],
    effects.map((effect) => {
      const { natural, detectable, sessions_to_decide: more } = effect;
      return [
        `${outcome(effect)} with ${natural?.per ?? sleepLabel(effect)}`,
        natural ? intervalOf(natural) : UNKNOWN,
        withUnit(detectable, natural?.unit ?? ''),
        more === null ? UNKNOWN : `about ${estimate(more)}`,
      ];
    }),
  );

const findingOf = ({ lead, related }: EffectGroup, { name }: Direction): string =>
  related.length === 0
    ? lead.sentence
    : `${lead.sentence} The same finding shows in: ${related.map(name).join('; ')}.`;

const exploredText = (
  { explored, exploratory, explained }: EffectsReport,
  direction: Direction,
): string[] => {
  if (explored === 0) return [];
  const others = plural(explored, 'other pair');
  const same =
    explained.length === 0
      ? []
      : [wrap(`The differences above also show in: ${explained.map(direction.name).join('; ')}.`)];
  return exploratory.length === 0
    ? [...same, wrap(`Nothing ${same.length > 0 ? 'else ' : ''}stands out among ${others}.`)]
    : [
        ...same,
        wrap(`Found among ${others}. Take these as ideas to watch, not as results:`),
        bullets(exploratory.map((group) => findingOf(group, direction))),
      ];
};

const sentencesOf = (effects: readonly Effect[]): string[] =>
  effects.length === 0 ? [] : [bullets(effects.map(({ sentence }) => sentence))];

/** What to do about too few sessions. */
export const MORE_SESSIONS =
  'To get more sessions, import workouts with npm run workouts -- import FILE. If their nights are missing, fetch these with npm run backfill.';

/** What the history says about one direction: sentences first. */
export const effectsText = (report: EffectsReport, direction: Direction): string => {
  const { sessions, primary } = report;
  const title = `${direction.title} (${plural(sessions, 'session')} with a night)`;
  const by = (verdict: Verdict): Effect[] => primary.filter((effect) => effect.verdict === verdict);
  const untested = by('not tested');
  if (untested.length === primary.length) {
    const [most] = untested.toSorted((one, other) => other.n - one.n);
    return [title, wrap(`Nothing can be compared yet. ${most?.sentence ?? ''} ${MORE_SESSIONS}`)].join('\n');
  }
  const [likely, undecided] = [by('likely'), by('undecided')];
  return [
    title,
    ...(likely.length === 0 ? ['No difference is likely among the main pairs.'] : sentencesOf(likely)),
    ...(likely.length > 1
      ? [wrap('Several of these sentences can describe the same nights, so do not add them up.')]
      : []),
    ...sentencesOf(by('no larger effect')),
    ...(undecided.length === 0
      ? []
      : [
          '',
          wrap(
            'Undecided: chance alone could explain what these sessions show. Detectable: the smallest difference that four of ' +
              'five such histories would show.',
          ),
          undecidedTable(undecided, direction),
          ...(undecided.some(({ natural }) => natural && natural.ci[0] * natural.ci[1] > 0)
            ? [
                wrap(
                  'An interval without 0 can still be chance: of several pairs compared, one in a while excludes it.',
                ),
              ]
            : []),
        ]),
    ...sentencesOf(untested),
    ...exploredText(report, direction),
  ].join('\n');
};
