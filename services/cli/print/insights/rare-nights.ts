import type { Day } from '../../../../shared/core/day.ts';
import { plural } from '../../../../shared/core/text.ts';
import type { RareKind, RareNight } from '../../../insights/rare-nights/rare-night.ts';
import { NIGHTS_TO_KNOW_USUAL } from '../../../insights/rare-nights/usual-range.ts';
import { bullets, wrap } from '../wrap.ts';

/** The JSON output has all nights. */
const MOST_SHOWN = 12;

const HEADINGS = [
  ['possible illness', 'Possible illness'],
  ['bad', 'Bad nights'],
  ['good', 'Good nights'],
  ['mixed', 'Neither good nor bad'],
] as const satisfies readonly (readonly [RareKind, string])[];

/** The rarest night of an episode, and the dates of its other nights. */
interface Listed {
  readonly night: RareNight;
  readonly others: readonly Day[];
}

/** The rarest episode first. */
const episodesOf = (rare: readonly RareNight[]): Listed[] =>
  [...Map.groupBy(rare, ({ episode }) => episode.first).values()].flatMap(([night, ...rest]) =>
    night ? [{ night, others: rest.map(({ date }) => date).toSorted() }] : [],
  );

const itemOf = ({ night: { date, rarity, sentence }, others }: Listed): string =>
  `${date}, ${rarity}: ${sentence}${others.length === 0 ? '' : ` Also rare: ${others.join(', ')}.`}`;

/** @param rare the rarest first @param nights those up to the last day, also before the range */
export const rareNightsText = (rare: readonly RareNight[], nights: number): string => {
  if (rare.length === 0)
    return `Rare nights\n${
      nights > NIGHTS_TO_KNOW_USUAL
        ? 'None in this range.'
        : 'None. The first four weeks of nights only show what is usual.'
    }`;
  const leading = episodesOf(rare);
  const shown = leading.slice(0, MOST_SHOWN);
  const left = leading.length - shown.length;
  return [
    'Rare nights, the rarest first',
    wrap(
      'All values of a night are compared with your earlier nights. A few nights a year are rare by chance.',
    ),
    ...HEADINGS.flatMap(([kind, heading]) => {
      const listed = shown.filter(({ night }) => night.kind === kind);
      return listed.length === 0 ? [] : [`${heading}:`, bullets(listed.map(itemOf))];
    }),
    ...(left > 0
      ? [wrap(`${plural(left, 'less rare one')} not shown: use --format json, or --from and --to.`)]
      : []),
  ].join('\n');
};
