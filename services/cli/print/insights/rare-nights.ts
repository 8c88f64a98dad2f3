import { plural } from '../../../../shared/core/text.ts';
import type { RareKind, RareNight } from '../../../insights/rare-nights/rare-night.ts';
import { bullets, wrap } from '../wrap.ts';

/** The JSON output has all nights. */
const MOST_SHOWN = 12;

const HEADINGS = [
  ['possible illness', 'Possible illness'],
  ['bad', 'Bad nights'],
  ['good', 'Good nights'],
  ['mixed', 'Neither good nor bad'],
] as const satisfies readonly (readonly [RareKind, string])[];

/** The rarest night of each episode, the rarest episode first. */
const leadingNights = (rare: readonly RareNight[]): RareNight[] =>
  [...Map.groupBy(rare, ({ episode }) => episode.first).values()].flatMap((nights) => nights.slice(0, 1));

const itemOf = ({ date, rarity, sentence, episode }: RareNight): string => {
  const around =
    episode.nights === 1 ? '' : ` One of ${episode.nights} rare nights, ${episode.first} to ${episode.last}.`;
  return `${date}, ${rarity}: ${sentence}${around}`;
};

/** @param rare the rarest first */
export const rareNightsText = (rare: readonly RareNight[]): string => {
  if (rare.length === 0) return 'Rare nights\nNone. The first four weeks of nights only show what is usual.';
  const leading = leadingNights(rare);
  const shown = leading.slice(0, MOST_SHOWN);
  const left = leading.length - shown.length;
  return [
    'Rare nights, the rarest first',
    wrap(
      'All values of a night are compared with your earlier nights. A few nights a year are rare by chance.',
    ),
    ...HEADINGS.flatMap(([kind, heading]) => {
      const nights = shown.filter((night) => night.kind === kind);
      return nights.length === 0 ? [] : [`${heading}:`, bullets(nights.map(itemOf))];
    }),
    ...(left > 0
      ? [wrap(`${plural(left, 'less rare one')} not shown: use --format json, or --from and --to.`)]
      : []),
  ].join('\n');
};
