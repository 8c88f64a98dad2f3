import type { Insights } from '../../../insights/insights.ts';
import { wrap } from '../wrap.ts';
import { effectsText, MORE_SESSIONS, SLEEP_TO_TRAINING, TRAINING_TO_SLEEP } from './effects.ts';
import { measuresText } from './measures.ts';
import { rareNightsText } from './rare-nights.ts';
import { trendsText } from './trends.ts';

const effectsTexts = ({ sleep_to_training, training_to_sleep }: Insights): string[] =>
  sleep_to_training.sessions === 0
    ? [wrap(`No session with a night yet. ${MORE_SESSIONS}`)]
    : [effectsText(sleep_to_training, SLEEP_TO_TRAINING), effectsText(training_to_sleep, TRAINING_TO_SLEEP)];

/** Sentences first, then tables. The JSON output has all figures. */
export const insightsText = (insights: Insights): string => {
  const { as_of, nights, trends, rare_nights, measures } = insights;
  if (trends.length === 0) return `No insights yet: no night in this range was known on ${as_of}.`;
  return [
    `Insights as of ${as_of}`,
    ...effectsTexts(insights),
    rareNightsText(rare_nights, nights),
    measuresText(measures),
    trendsText(trends),
    wrap(
      'None of this shows a cause, and it is not a diagnosis. docs/insights.md explains the methods; --format json has all figures.',
    ),
  ].join('\n\n');
};
