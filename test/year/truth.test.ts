import { jest } from '@jest/globals';
import type { Finding } from '../../services/cli/doctor/finding.ts';
import type { GapRow } from '../../services/operations/gaps/gap-row.ts';
import type { DayFate } from '../../services/ring-simulator/sleeper/scenario.ts';
import { Truth } from './truth.ts';

const fate = (happened: DayFate['happened']): DayFate => ({
  happened,
  syncedOn: '2035-10-02',
  syncedAt: 0,
  revision: null,
});

/** A truth after a run at noon. The sleeper did not wear the ring on the second of October. */
const truthAfterARun = (): Truth => {
  jest.useFakeTimers({ now: Date.parse('2035-10-03T09:00:00Z') });
  const oura = {
    fateOf: (day: string) => fate(day === '2035-10-02' ? 'not_worn' : 'slept'),
    today: () => '2035-10-03',
  };
  const truth = new Truth(oura, Date.parse('2035-10-01T15:00:00Z'));
  truth.isRunning = true;
  truth.noteRun();
  return truth;
};

afterEach(() => {
  jest.useRealTimers();
});

const problem = (check: string): Finding => ({ check, state: 'problem', finding: 'a fact', advice: 'do' });
const gap = (date: string, reason: string): GapRow =>
  ({ date, state: 'no_data', reason, settled: false, next: 'open the Oura app' }) as unknown as GapRow;

test('a problem that the suite did not cause is a false alarm', () => {
  expect(truthAfterARun().judgeDoctor([problem('parked')], 1)).toEqual([
    { kind: 'false alarm', text: 'doctor: parked: a fact' },
  ]);
});

test('a failed run that doctor does not report is a false all-clear', () => {
  const truth = truthAfterARun();
  truth.isOuraDown = true;
  truth.noteRun();
  const kinds = truth.judgeDoctor([problem('parked')], 1).map(({ kind }) => kind);
  expect(kinds).toEqual(['false all-clear']);
  expect(truth.judgeDoctor([problem('parked'), problem('last run')], 1)).toEqual([]);
});

test('silence of more than 26 hours that doctor does not report is a false all-clear', () => {
  const truth = truthAfterARun();
  jest.setSystemTime(Date.parse('2035-10-04T12:00:00Z'));
  expect(truth.judgeDoctor([], 0).map(({ kind }) => kind)).toEqual(['false all-clear']);
});

test('a problem with the exit code 0 is a false all-clear', () => {
  const truth = truthAfterARun();
  truth.isDiskFull = true;
  expect(truth.judgeDoctor([problem('disk')], 0).map(({ kind }) => kind)).toEqual(['false all-clear']);
});

test('gaps must list exactly the dates without a night', () => {
  const truth = truthAfterARun();
  expect(truth.judgeGaps([gap('2035-10-02', 'not_worn')])).toEqual([]);
  expect(truth.judgeGaps([]).map(({ kind }) => kind)).toEqual(['false all-clear']);
  const kinds = truth.judgeGaps([gap('2035-10-01', 'not_worn'), gap('2035-10-02', 'not_worn')]);
  expect(kinds.map(({ kind }) => kind)).toContain('false alarm');
});

test('gaps must give the reason that the ring knows', () => {
  const kinds = truthAfterARun().judgeGaps([gap('2035-10-02', 'not_synced')]);
  expect(kinds.map(({ kind }) => kind)).toEqual(['wrong reason']);
});

test('an advice that does not help before a reconnect is wrong', () => {
  const truth = truthAfterARun();
  truth.isRevoked = true;
  truth.noteRun();
  expect(truth.judgeGaps([gap('2035-10-02', 'not_worn')]).map(({ kind }) => kind)).toEqual(['wrong advice']);
});
