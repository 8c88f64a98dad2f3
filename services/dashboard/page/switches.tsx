import type { VNode } from 'preact';
import { UNIT_CHOICES, type UnitName } from '../../../shared/core/units.ts';
import { choose, usePreferences } from './preferences.ts';

const LABELS = [
  ['clock', 'Clock', ' h'],
  ['temperature', 'Temperature', ''],
  ['weight', 'Weight', ''],
] as const satisfies readonly (readonly [UnitName, string, string])[];

/** Switches of the clock and the units. */
export const Switches = (): VNode => {
  const chosen = usePreferences();
  return (
    <>
      {LABELS.map(([name, label, suffix]) => (
        <fieldset class="switch" key={name}>
          <legend class="hidden">{label}</legend>
          {UNIT_CHOICES[name].map((choice) => (
            <button
              type="button"
              class="small"
              key={choice}
              aria-pressed={chosen[name] === choice}
              onClick={() => choose({ [name]: choice })}
            >
              {choice}
              {suffix}
            </button>
          ))}
        </fieldset>
      ))}
    </>
  );
};
