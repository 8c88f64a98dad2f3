import { useEffect, useState } from 'preact/hooks';
import { STORED_UNITS, UNIT_CHOICES, type Units } from '../../../shared/core/units.ts';

/** The clock and the units in which the page shows everything. */
export type Preferences = Units;

const KEY = 'oura-sleep-sync-preferences';

/** Regions whose weather is in °F: CLDR, supplemental/units.xml, unitPreferences of category temperature, usage weather. */
const FAHRENHEIT = new Set(['BS', 'BZ', 'KY', 'PR', 'PW', 'US']);
/** Regions that weigh in pounds: the same file, category mass. */
const POUNDS = new Set(['US']);

/** What is usual where the language is spoken. @param language a BCP 47 tag, such as `en-GB` */
export const usualIn = (language: string): Preferences => {
  const { region = '' } = new Intl.Locale(language).maximize();
  const { hourCycle } = new Intl.DateTimeFormat(language, { hour: 'numeric' }).resolvedOptions();
  return {
    clock: hourCycle === 'h11' || hourCycle === 'h12' ? '12' : '24',
    temperature: FAHRENHEIT.has(region) ? '°F' : '°C',
    weight: POUNDS.has(region) ? 'lb' : 'kg',
  };
};

/** What the user has chosen before. Ignores what it does not understand. @param text as stored; null if nothing is */
export const chosenIn = (text: string | null): Partial<Preferences> => {
  try {
    const stored: unknown = JSON.parse(text ?? '{}');
    const given = new Map<string, unknown>(Object.entries(stored ?? {}));
    return Object.fromEntries(
      Object.entries(UNIT_CHOICES)
        .filter(([name, choices]) => choices.some((choice) => choice === given.get(name)))
        .map(([name]) => [name, given.get(name)]),
    );
  } catch {
    return {};
  }
};

let current: Preferences = STORED_UNITS;
const followers = new Set<(preferences: Preferences) => void>();

/** For functions that format text. A component that formats is drawn again when they change, with its view. */
export const preferences = (): Preferences => current;

const read = (): void => {
  current = { ...usualIn(navigator.language), ...chosenIn(localStorage.getItem(KEY)) };
  for (const follow of followers) follow(current);
};

/** Loads the preferences, and follows the choices in other tabs. Call it before anything is drawn. */
export const loadPreferences = (): void => {
  read();
  addEventListener('storage', ({ key }) => {
    if (key === KEY) read();
  });
};

/** Keeps a choice. What the user never chose still follows the browser's language. */
export const choose = (choice: Partial<Preferences>): void => {
  localStorage.setItem(KEY, JSON.stringify({ ...chosenIn(localStorage.getItem(KEY)), ...choice }));
  read();
};

/** The preferences of a component that must follow them itself. */
export const usePreferences = (): Preferences => {
  const [shown, setShown] = useState(current);
  useEffect(() => {
    setShown(current);
    followers.add(setShown);
    return () => {
      followers.delete(setShown);
    };
  }, []);
  return shown;
};
