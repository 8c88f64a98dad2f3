import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOOKS } from '../../services/dashboard/page/calendar/day-look.ts';
import { SCORE_LEVELS } from '../../services/dashboard/page/calendar/score-levels.ts';
import { STAGES } from '../../services/dashboard/page/night/stages.ts';
import { contrast, tokensOf } from './support/tokens.ts';

const PAGE = join(import.meta.dirname, '../../services/dashboard/page');
const css = ['style.css', 'calendar/calendar.css']
  .map((file) => readFileSync(join(PAGE, file), 'utf8'))
  .join('\n');

describe.each(['light', 'dark'] as const)('in the %s scheme', (scheme) => {
  const token = tokensOf(css, scheme);
  const colours = [
    ...SCORE_LEVELS.map(({ level }) => `var(--score-${level})`),
    ...Object.values(LOOKS).flatMap(({ colour }) => (colour === 'none' ? [] : [colour])),
  ].map((colour) => colour.slice(4, -1));

  test.each(colours)(
    '%s has a contrast of 3 with every background beside it, and of 4.5 with its sign',
    (name) => {
      for (const background of ['--surface', '--soft', '--page'])
        expect(contrast(token(name), token(background))).toBeGreaterThanOrEqual(3);
      expect(contrast(token(name), token('--surface'))).toBeGreaterThanOrEqual(4.5);
    },
  );

  test.each(STAGES.map(({ stage }) => stage))(
    '%s sleep has a contrast of 3 with the card behind it',
    (stage) => {
      expect(contrast(token(`--${stage}`), token('--surface'))).toBeGreaterThanOrEqual(3);
    },
  );

  test('without colours, each stage differs in lightness from the next one in a bar', () => {
    for (const [at, { stage }] of STAGES.slice(1).entries()) {
      const below = STAGES[at]?.stage;
      expect(contrast(token(`--${stage}`), token(`--${below}`))).toBeGreaterThan(1.35);
    }
  });

  test('each level of scores differs in lightness from the next one', () => {
    const levels = SCORE_LEVELS.map(({ level }) => contrast(token(`--score-${level}`), token('--surface')));
    expect(levels).toEqual(levels.toSorted((one, other) => other - one));
    for (const [at, one] of levels.slice(1).entries()) expect((levels[at] ?? 0) / one).toBeGreaterThan(1.35);
  });
});

test('nothing moves for people who prefer reduced motion', () => {
  const sheets = globSync(join(PAGE, '**/*.css')).map((file) => readFileSync(file, 'utf8'));
  expect(sheets.length).toBeGreaterThan(4);
  for (const sheet of sheets) {
    const always = sheet.replace(
      /@media \(prefers-reduced-motion: no-preference\) \{(?:[^{}]|\{[^{}]*\})*\}/g,
      '',
    );
    expect(always).not.toMatch(/transition|animation|scroll-behavior/);
  }
});
