import type { VNode } from 'preact';
import { plural } from '../../../../shared/core/text.ts';
import type { Direction, Effect, EffectGroup, EffectsReport, PairName, Verdict } from '../../server/api.ts';
import { useOpen } from '../place.ts';
import { figuresOf, keyOf, nameOf, qualityOf } from './effect-words.ts';
import { ForestChart } from './forest-chart.tsx';
import { PairChart, type Source } from './pair-chart.tsx';
import { QualityBadge } from './quality.tsx';

/** In the order in which effects are shown. The sentences of all but the first begin with their verdict. */
const VERDICTS: readonly Verdict[] = ['likely', 'no larger effect', 'undecided', 'not tested'];

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
  const { direction } = source;
  const details = useOpen(`${direction}-${keyOf(effect).replaceAll('/', '-')}`);
  return (
    <details class="effect" data-pair={keyOf(effect)} data-verdict={effect.verdict} {...details}>
      <summary>
        {badge && <QualityBadge quality={qualityOf(direction, effect)}>{badge}</QualityBadge>}{' '}
        {effect.sentence}
      </summary>
      {related.length > 0 && (
        <p class="quiet">
          The same finding shows in: {related.map((pair) => nameOf(direction, pair)).join('; ')}.
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
      {details.open && effect.n > 0 && (
        <PairChart pair={effect} name={nameOf(direction, effect)} source={source} />
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

/** The effects that are not likely, in a list that can be opened. */
const Others = ({ effects, source }: { effects: readonly Effect[]; source: Source }): VNode | null => {
  const list = useOpen(`${source.direction}-others`);
  if (effects.length === 0) return null;
  return (
    <details {...list}>
      <summary>{plural(effects.length, 'main pair')} without a likely difference</summary>
      {effects.map((effect) => (
        <EffectItem key={keyOf(effect)} effect={effect} source={source} />
      ))}
    </details>
  );
};

/** Why an interval that excludes 0 may still be no result. */
const Caution = ({ pairs }: { pairs: number }): VNode => (
  <p class="note quiet">
    Only like is compared with like: the same weekday, the same weeks, similar sessions before. Undecided:
    chance alone could explain what these sessions show. An interval without 0 is not enough for more: by
    chance, one pair in 20 has one, and {plural(pairs, 'main pair')} are compared. A likely difference also
    stands out among all of them, and holds without any one month. Several sentences can describe the same
    nights, so do not add them up. None of this shows a cause.
  </p>
);

/** What the history says about one direction: sentences first, then all main pairs in a picture. */
export const Effects = ({ report, source }: { report: EffectsReport; source: Source }): VNode => {
  const { sessions, primary, explored, exploratory, explained } = report;
  const { direction } = source;
  const ordered = VERDICTS.flatMap((verdict) => primary.filter((effect) => effect.verdict === verdict));
  const likely = ordered.filter(({ verdict }) => verdict === 'likely');
  return (
    <section class="card" aria-labelledby={direction}>
      <h2 id={direction}>
        {TITLES[direction]} <span class="quiet">{plural(sessions, 'session')} with a night</span>
      </h2>
      {likely.length === 0 && (
        <p class="finding">
          {primary.every(({ verdict }) => verdict === 'not tested')
            ? 'Nothing can be compared yet.'
            : 'No difference is likely among the main pairs.'}
        </p>
      )}
      {likely.map((effect) => (
        <EffectItem key={keyOf(effect)} effect={effect} badge="Likely" source={source} />
      ))}
      {explained.length > 0 && (
        <p class="quiet">
          The differences above also show in: {explained.map((pair) => nameOf(direction, pair)).join('; ')}.
        </p>
      )}
      <ForestChart effects={ordered} direction={direction} />
      <Others effects={ordered.slice(likely.length)} source={source} />
      {explored > 0 && <Explored explored={explored} groups={exploratory} source={source} />}
      <Caution pairs={primary.length} />
    </section>
  );
};
