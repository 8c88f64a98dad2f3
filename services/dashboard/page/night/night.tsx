import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { Day } from '../../../../shared/core/day.ts';
import { showHours } from '../../../../shared/core/metrics.ts';
import type { NightAnswer, NightRow, OverviewAnswer, RareNight } from '../../server/api.ts';
import { useAnswer } from '../ask.ts';
import { Failure } from '../failure.tsx';
import { NONE, showDay } from '../format.ts';
import { gapLines } from '../gap-words.ts';
import { marksOf, rareSentenceOn } from '../metrics.ts';
import { PictureButtons } from '../picture-buttons.tsx';
import { useOpen, usePlace } from '../place.ts';
import { SyncAgain } from '../sync-again.tsx';
import { Table } from '../table.tsx';
import { Figures } from './figures.tsx';
import { Hypnogram } from './hypnogram.tsx';
import { nightClock } from './night-clock.ts';
import { NightCurve } from './night-curve.tsx';
import { lengthOf, type NightScale, timeAt } from './night-scale.ts';
import {
  bedSentences,
  contributorLabel,
  lowestSentence,
  remarkSentences,
  revisionSentence,
  withoutStages,
} from './night-words.ts';
import { curveOf, lowestOf, placedPeriods, stretchesOf } from './placed-periods.ts';
import { STAGES, stageLabel } from './stages.ts';
import { Strip } from './strip.tsx';

const titleOf = (date: Day, { today }: OverviewAnswer, newest: Day): string =>
  date === today ? 'Last night' : date === newest ? 'Last stored night' : 'Night of';

/** The total and the share of each stage. */
const StageTotals = ({ night }: { night: NightRow }): VNode => {
  const total = STAGES.reduce((sum, { metric }) => sum + (night[metric] ?? 0), 0);
  return (
    <span class="legend">
      {STAGES.map(({ stage, label, metric }) => {
        const seconds = night[metric];
        return (
          <span key={stage}>
            <i class={`swatch ${stage}`} /> {label} <b>{seconds === null ? NONE : showHours(seconds)}</b>
            {seconds !== null && total > 0 && (
              <span class="quiet"> {Math.round((100 * seconds) / total)} %</span>
            )}
          </span>
        );
      })}
    </span>
  );
};

/** Every stretch of the hypnogram, for screen readers and for copying. */
const StageTable = ({ answer, scale }: { answer: NightAnswer; scale: NightScale }): VNode => {
  const { open, onToggle } = useOpen('stages');
  const stretches = scale.placed.flatMap((placed) => stretchesOf(placed, answer.phase_seconds));
  return (
    <details open={open} onToggle={onToggle}>
      <summary>Every stage as a table</summary>
      {open && (
        <Table label="Every stage of the night" heads={['From', 'To', 'Stage', 'Duration']}>
          {stretches.map(({ stage, from, to }) => (
            <tr key={from}>
              <td>{timeAt(scale.clock, from)}</td>
              <td>{timeAt(scale.clock, to)}</td>
              <td>{stageLabel(stage)}</td>
              <td>{lengthOf({ from, to })}</td>
            </tr>
          ))}
        </Table>
      )}
    </details>
  );
};

const CURVES = [
  { curve: 'heart_rate', label: 'Heart rate', unit: 'bpm' },
  { curve: 'hrv', label: 'HRV', unit: 'ms' },
] as const;

/** The stages and the curves of the night over the same hours. */
const NightCharts = ({
  answer,
  night,
  scale,
}: {
  answer: NightAnswer;
  night: NightRow;
  scale: NightScale;
}): VNode => {
  const lowest = useMemo(() => {
    const point = lowestOf(curveOf(scale.placed, 'heart_rate'));
    return point && { point, value: night.lowest_heart_rate };
  }, [scale, night]);
  const without = withoutStages(scale.placed);
  const sentence = lowestSentence(night, scale);
  const isWithoutAll = scale.placed.every(({ period }) =>
    period.samples.every(({ phase }) => phase === null),
  );
  return (
    <>
      <figure>
        <figcaption>
          Stages <StageTotals night={night} />
        </figcaption>
        {without && <p class="quiet">{without}</p>}
        {!isWithoutAll && (
          <Hypnogram
            scale={scale}
            phase_seconds={answer.phase_seconds}
            label={`Stages over the night. ${bedSentences(scale).join(' ')} The table below has every stage.`}
          />
        )}
      </figure>
      {CURVES.map(({ curve, label, unit }) => (
        <figure key={curve}>
          <figcaption>
            {label} <span class="unit">{unit}</span>{' '}
            {curve === 'heart_rate' && sentence && <span class="quiet">{sentence}</span>}
          </figcaption>
          {curveOf(scale.placed, curve).length === 0 ? (
            <p class="quiet">Oura sent no curve of it for this night.</p>
          ) : (
            <NightCurve
              scale={scale}
              curve={curve}
              label={`${label} over the night. ${curve === 'heart_rate' ? (sentence ?? '') : ''}`}
              {...(curve === 'heart_rate' && lowest && { lowest })}
            />
          )}
        </figure>
      ))}
    </>
  );
};

const Sentences = ({ of }: { of: readonly string[] }): VNode => (
  <ul class="sentences">
    {of.map((sentence) => (
      <li key={sentence}>{sentence}</li>
    ))}
  </ul>
);

/** The contributors of the readiness score. */
const Readiness = ({ readiness }: { readiness: NonNullable<NightAnswer['readiness']> }): VNode => {
  const { open, onToggle } = useOpen('readiness');
  return (
    <details open={open} onToggle={onToggle}>
      <summary>What the readiness score consists of</summary>
      <dl class="contributors">
        {Object.entries(readiness).map(([name, score]) => (
          <div key={name}>
            <dt>{contributorLabel(name)}</dt>
            <dd>{score}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
};

/** A stored night. */
const StoredNight = ({
  answer,
  night,
  overview,
  title,
}: {
  answer: NightAnswer;
  night: NightRow;
  overview: OverviewAnswer;
  title: string;
}): VNode => {
  const charts = useRef<HTMLDivElement>(null);
  const scale = useMemo((): NightScale => {
    const placed = placedPeriods(answer);
    return { placed, clock: nightClock(placed, overview.time_zone) };
  }, [answer, overview.time_zone]);
  const sentences = bedSentences(scale);
  const picture = { title, sentences, name: `night-${answer.date}` };
  const remarks = [
    ...remarkSentences(answer, overview.time_zone),
    ...answer.revisions.map((revision) => revisionSentence(revision, overview.time_zone)),
  ];
  return (
    <>
      <Figures night={night} trends={answer.trends} />
      {scale.placed.length === 0 ? (
        <p>No period of this night counts any more, so it has no stages.</p>
      ) : (
        <>
          {/* Of a plain night, the values say the same. */}
          {(scale.placed.length > 1 || scale.clock.change !== 0) && (
            <p class="in-bed">{sentences.join(' ')}</p>
          )}
          <div ref={charts} class="night-charts">
            <NightCharts answer={answer} night={night} scale={scale} />
          </div>
          <PictureButtons of={charts} picture={picture} />
          <StageTable answer={answer} scale={scale} />
        </>
      )}
      {answer.readiness && <Readiness readiness={answer.readiness} />}
      {remarks.length > 0 && <Sentences of={remarks} />}
    </>
  );
};

/** Why a date has no night, and what to do. */
const NoNight = ({ answer, overview }: { answer: NightAnswer; overview: OverviewAnswer }): VNode => {
  const { date, gap } = answer;
  if (date > overview.today) return <p>This date has not begun.</p>;
  const lines = gap ? gapLines(gap) : ['No sync has requested this date.'];
  return (
    <>
      <p>No night is stored for this date.</p>
      <Sentences of={lines} />
      <SyncAgain date={date} overview={overview} />
    </>
  );
};

/** A link to another night; without one, text that cannot be followed. */
const Step = ({ night, label }: { night: Day | null; label: string }): VNode => {
  const { hrefOf } = usePlace();
  return night === null ? (
    <span class="button small" aria-disabled="true">
      {label}
    </span>
  ) : (
    <a class="button small" href={hrefOf({ night })}>
      {label}
    </a>
  );
};

/** The selected night: its values, stages and curves, and the nights around it. */
export const Night = ({
  overview,
  newest,
  version,
  rare_nights,
}: {
  overview: OverviewAnswer;
  newest: Day;
  version: number;
  rare_nights: readonly RareNight[];
}): VNode => {
  const { place } = usePlace();
  const date = place.night ?? newest;
  const { answer, error, loading } = useAnswer<NightAnswer>(`/api/nights/${date}`, version);
  if (!answer) return error ? <Failure>{error}</Failure> : <p class="card coming quiet">Loading…</p>;
  const rare = rareSentenceOn({ rare_nights }, answer.date);
  const title = titleOf(answer.date, overview, newest);
  return (
    <section class="card glance" aria-labelledby="night-title" aria-busy={loading}>
      <Failure>{error}</Failure>
      <header>
        <h2 id="night-title" aria-live="polite">
          {title} <span class="quiet">{showDay(answer.date)}</span>
        </h2>
        {answer.night &&
          marksOf(answer.night).map((mark) => (
            <span class="badge" key={mark}>
              {mark}
            </span>
          ))}
        <span class="moves">
          <Step night={answer.earlier} label="← Earlier" />
          <Step night={answer.later} label="Later →" />
        </span>
      </header>
      <Strip strip={answer.strip} date={date} />
      <div class={loading ? 'stale' : ''}>
        {rare !== undefined && (
          <p class="out">
            <i class="mark rare" /> {rare}
          </p>
        )}
        {answer.night ? (
          <StoredNight
            key={answer.date}
            answer={answer}
            night={answer.night}
            overview={overview}
            title={`${title} ${showDay(answer.date)}`}
          />
        ) : (
          <NoNight answer={answer} overview={overview} />
        )}
      </div>
    </section>
  );
};
