import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { whenBefore } from '../../../../shared/core/sleep-measures.ts';
import { estimate, estimates, plural, signed } from '../../../../shared/core/text.ts';
import type { Direction, Effect, EffectGroup, EffectsReport, PairName, Verdict } from '../../server/api.ts';
import { showDay } from '../format.ts';
import { SLEEP_VIEWS, TRAINING_VIEWS } from './measures.ts';
import { PairChart, type Source } from './pair-chart.tsx';

/** In the order in which effects are shown. The sentences of all but the first begin with their verdict. */
const VERDICTS: readonly Verdict[] = ['likely', 'no larger effect', 'undecided', 'not tested'];

const keyOf = ({ sleep_metric, training_metric, lag_days }: PairName): string =>
  `${sleep_metric}/${training_metric}/${lag_days}`;

/** Names both sides of a pair, the earlier one first. */
const nameOf = (direction: Direction, { sleep_metric, training_metric, lag_days }: PairName): string => {
  const sleep = SLEEP_VIEWS[sleep_metric].label;
  const training = TRAINING_VIEWS[training_metric].label;
  return direction === 'sleep_to_training'
    ? `${sleep} of ${whenBefore(sleep_metric, lag_days)} and ${training}`
    : `${training} and ${sleep} of the night after`;
};

const change = (value: number): string => `${value > 0 ? '+' : ''}${estimate(value)}`;

/** The figures behind a sentence, in its natural unit. Empty if the pair was not tested. */
const figuresOf = (effect: Effect): (readonly [string, string])[] => {
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

/** A sentence. Its figures and sessions are shown on request. */
const EffectItem = ({
  effect,
  badge,
  source,
  related = [],
}: {
  effect: Effect;
  badge?: string;
  source: Source;
  related?: readonly PairName[];
}): VNode => {
  const [open, setOpen] = useState(false);
  return (
    <details
      class="effect"
      data-pair={keyOf(effect)}
      data-verdict={effect.verdict}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        {badge && <span class="badge">{badge}</span>} {effect.sentence}
      </summary>
      {related.length > 0 && (
        <p class="quiet">
          The same finding shows in: {related.map((pair) => nameOf(source.direction, pair)).join('; ')}.
        </p>
      )}
      <dl class="facts">
        {figuresOf(effect).map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {open && effect.n > 0 && (
        <PairChart pair={effect} name={nameOf(source.direction, effect)} source={source} />
      )}
    </details>
  );
};

const Explored = ({
  explored,
  groups,
  source,
}: {
  explored: number;
  groups: readonly EffectGroup[];
  source: Source;
}): VNode => (
  <>
    <h3>Exploring {plural(explored, 'other pair')}</h3>
    <p class="quiet">
      {groups.length === 0 ? 'Nothing else stands out.' : 'Take these as ideas to watch, not as results.'}
    </p>
    {groups.map(({ lead, related }) => (
      <EffectItem key={keyOf(lead)} effect={lead} badge="Idea" source={source} related={related} />
    ))}
  </>
);

const TITLES: Readonly<Record<Direction, string>> = {
  sleep_to_training: 'Sleep before training',
  training_to_sleep: 'Sleep after training',
};

/** What the history says about one direction: sentences first. */
export const Effects = ({ report, source }: { report: EffectsReport; source: Source }): VNode => {
  const { sessions, primary, explored, exploratory, explained } = report;
  const { direction } = source;
  return (
    <section class="card" aria-labelledby={direction}>
      <h2 id={direction}>
        {TITLES[direction]} <span class="quiet">{plural(sessions, 'session')} with a night</span>
      </h2>
      {!primary.some(({ verdict }) => verdict === 'likely') && (
        <p>
          {primary.every(({ verdict }) => verdict === 'not tested')
            ? 'Nothing can be compared yet.'
            : 'No difference is likely among the main pairs.'}
        </p>
      )}
      {VERDICTS.flatMap((verdict) =>
        primary
          .filter((effect) => effect.verdict === verdict)
          .map((effect) => (
            <EffectItem
              key={keyOf(effect)}
              effect={effect}
              source={source}
              {...(verdict === 'likely' && { badge: 'Likely' })}
            />
          )),
      )}
      {explained.length > 0 && (
        <p class="quiet">
          The differences above also show in: {explained.map((pair) => nameOf(direction, pair)).join('; ')}.
        </p>
      )}
      {explored > 0 && <Explored explored={explored} groups={exploratory} source={source} />}
      <p class="note quiet">
        Only like is compared with like: the same weekday, the same weeks, similar sessions before. Undecided:
        chance alone could explain what these sessions show. Several sentences can describe the same nights,
        so do not add them up. None of this shows a cause.
      </p>
    </section>
  );
};
