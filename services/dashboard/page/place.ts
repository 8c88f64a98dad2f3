import type { TargetedToggleEvent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Day, isDay } from '../../../shared/core/day.ts';
import { EARLIEST, LATEST } from '../server/api.ts';

export const VIEWS = ['nights', 'calendar', 'insights', 'pipeline'] as const;
export type View = (typeof VIEWS)[number];

/** The lengths of a range of nights, in days. */
export const RANGES = [7, 30, 90, 365, 'all'] as const;
export type Range = (typeof RANGES)[number];

/** What the page shows, as the address names it: `#nights/2026-03-10?range=90&open=table`. */
export interface Place {
  readonly view: View;
  /** The selected night, in every view; undefined for the newest. */
  readonly night: Day | undefined;
  readonly range: Range;
  /** The end of the range; undefined for the newest night. */
  readonly to: Day | undefined;
  /** The year of the calendar; undefined for the current one. */
  readonly year: number | undefined;
  /** The period of the insights, by its name; undefined for all nights. */
  readonly period: string | undefined;
  /** The names of the open lists, in alphabetical order. A name is unique in the page. */
  readonly open: readonly string[];
}

const AT_FIRST: Place = {
  view: 'nights',
  night: undefined,
  range: 30,
  to: undefined,
  year: undefined,
  period: undefined,
  open: [],
};

const isName = (text: string): boolean => /^[\w-]+$/.test(text);

/** A date that the server accepts. */
const dayIn = (text: string | null | undefined): Day | undefined =>
  isDay(text) && text >= EARLIEST && text <= LATEST ? text : undefined;

/** A year whose dates the server accepts. */
const yearIn = (text: string | null): number | undefined =>
  dayIn(`${text}-01-01`) && dayIn(`${text}-12-31`) ? Number(text) : undefined;

const namesIn = (text: string): string[] => [...new Set(text.split(',').filter(isName))].sort();

/** Reads an address. What it does not understand has its default. @param hash with or without `#` */
export const placeIn = (hash: string): Place => {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const [view, night] = path.split('/');
  const given = new URLSearchParams(query);
  const period = given.get('period') ?? '';
  return {
    view: VIEWS.find((name) => name === view) ?? AT_FIRST.view,
    night: dayIn(night),
    range: RANGES.find((range) => String(range) === given.get('range')) ?? AT_FIRST.range,
    to: dayIn(given.get('to')),
    year: yearIn(given.get('year')),
    period: isName(period) ? period : undefined,
    open: namesIn(given.get('open') ?? ''),
  };
};

/** Writes an address, without its defaults. */
export const hashOf = (place: Place): string => {
  const { view, night, range, to, year, period } = place;
  const open = namesIn(place.open.join(','));
  const settings = [
    range !== AT_FIRST.range && `range=${range}`,
    to !== undefined && `to=${to}`,
    year !== undefined && `year=${year}`,
    period !== undefined && `period=${period}`,
    open.length > 0 && `open=${open.join(',')}`,
  ].filter((setting) => setting !== false);
  return `#${view}${night === undefined ? '' : `/${night}`}${settings.length > 0 ? `?${settings.join('&')}` : ''}`;
};

let known = { hash: '', place: AT_FIRST };

/** The address is the only store, so the place is the same in every component. An equal address gives the same object. */
const currentPlace = (): Place => {
  const { hash } = location;
  if (hash !== known.hash) known = { hash, place: placeIn(hash) };
  return known.place;
};

const go = (change: Partial<Place>, how: 'push' | 'replace' = 'push'): void => {
  const hash = hashOf({ ...currentPlace(), ...change });
  if (hash === hashOf(currentPlace())) return;
  history[`${how}State`](null, '', hash);
  // The browser sends this event only when the user changes the address.
  dispatchEvent(new Event('hashchange'));
};

const hrefOf = (change: Partial<Place>): string => hashOf({ ...currentPlace(), ...change });

/**
 * The place and how to change it, in any component. `go` adds an entry to the history, or replaces the current one; what does
 * not change stays. `hrefOf` is the same as the target of a link.
 */
export const usePlace = (): { place: Place; go: typeof go; hrefOf: typeof hrefOf } => {
  const [place, setPlace] = useState(currentPlace);
  useEffect(() => {
    const follow = () => setPlace(currentPlace());
    // The address may have changed since the first render.
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return { place, go, hrefOf };
};

/** The state of a `<details>` in the address. @param name unique in the page: letters, digits, `_` and `-` */
export const useOpen = (
  name: string,
): { open: boolean; onToggle: (event: TargetedToggleEvent<HTMLDetailsElement>) => void } => {
  const { place } = usePlace();
  return {
    open: place.open.includes(name),
    onToggle: ({ currentTarget }) => {
      const others = currentPlace().open.filter((other) => other !== name);
      go({ open: currentTarget.open ? [...others, name] : others }, 'replace');
    },
  };
};
