import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { Day } from '../../../../shared/core/day.ts';
import type { NightAnswer, NightRow, OverviewAnswer, RareNight } from '../../server/api.ts';
import { useAnswer } from '../ask.ts';
import { Failure } from '../failure.tsx';
import { showDay } from '../format.ts';
import { gapLines } from '../gap-words.ts';
import { marksOf, rareSentenceOn } from '../metrics.ts';
import { PictureButtons } from '../picture-buttons.tsx';
import { useOpen, usePlace } from '../place.ts';
import { SyncAgain } from '../sync-again.tsx';
import { Figures } from './figures.tsx';
import { NightCharts, StageTable } from './night-charts.tsx';
import { nightClock } from './night-clock.ts';
import type { NightScale } from './night-scale.ts';
import { bedSentences, contributorLabel, remarkSentences, revisionSentence } from './night-words.ts';
import { placedPeriods } from './placed-periods.ts';
import { Strip } from './strip.tsx';

/** The id of the heading. */
export const NIGHT_TITLE = 'night-title';

const titleOf = (date: Day, { today }: OverviewAnswer, newest: Day): string =>
  date === today ? 'Last night' : date === newest ? 'Last stored night' : 'Night of';

const Sentences = ({ of }: { of: readonly string[] }): VNode => (
  <ul class="sentences">
    {of.map((sentence, index) => (
      <li key={index}>{sentence}</li>
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
    return {
      placed,
      clock: nightClock(placed, overview.time_zone),
      phase_seconds: answer.phase_seconds,
    };
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
          {(scale.placed.length > 1 || scale.clock.changes.night !== 0) && (
            <p class="in-bed">{sentences.join(' ')}</p>
          )}
          <div ref={charts}>
            <NightCharts night={night} scale={scale} />
          </div>
          {scale.placed.some(({ period }) => period.samples.length > 0) && (
            <PictureButtons of={charts} picture={picture} />
          )}
          <StageTable scale={scale} />
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
    <div class="no-night">
      <p>No night is stored for this date.</p>
      <Sentences of={lines} />
      <SyncAgain date={date} overview={overview} />
    </div>
  );
};

/** A link to another night; without one, it cannot be followed. */
const Step = ({ night, label }: { night: Day | null; label: string }): VNode => {
  const { hrefOf } = usePlace();
  return (
    // One element, which keeps the focus when the user has reached the last night.
    <a
      class="button small"
      tabIndex={0}
      {...(night === null ? { role: 'link', 'aria-disabled': true } : { href: hrefOf({ night }) })}
    >
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
    <section class="card glance" aria-labelledby={NIGHT_TITLE} aria-busy={loading}>
      <Failure>{error}</Failure>
      <header>
        <h2 id={NIGHT_TITLE} aria-live="polite">
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
      <Strip strip={answer.strip} date={date} today={overview.today} />
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
