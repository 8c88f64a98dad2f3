import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../services/cli/doctor/finding.ts';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { addDays, type Day, daysFrom } from '../../shared/core/day.ts';
import { instantShowing } from '../../shared/core/wall-time.ts';
import { type Running, runCommand, startCommand } from '../helpers/command.ts';
import { CLOCK_VARIABLE, createClock } from '../year/fast-clock.ts';
import { watchIdle } from '../year/machine.ts';
import { report, secondsSince } from './support/figures.ts';
import { SEED } from './support/seed.ts';

// A running npm start whose clock is set wrong for a while, and a start with a wrong clock that is set right. Oura's clock is right.

const ZONE = 'Europe/Berlin';
const FIRST: Day = '2035-10-01';
/** What the first run requests. */
const LOOK_BACK_DAYS = 7;
const INSTALL = join(import.meta.dirname, '..', 'year', 'install-fast-clock.ts');
const DAY_MS = 86_400_000;
/** The scheduler looks at the clock every 30 seconds. */
const SCHEDULER_MS = 31_000;
/** How far the clock moves at once while a run waits. */
const STEP_MS = 1_000;
/** A run of a few dates takes a minute. */
const LONGEST_RUN_MS = 40 * 60_000;
/** The check of `doctor` that compares the clock with the header of a response, which Node writes by the real clock. */
const BY_REAL_TIME = 'clock';
const STACK_TRACE = /^ +at |Unexpected error/m;

const at = (day: Day, time: string): number =>
  instantShowing(ZONE, Date.parse(`${day}T${time}Z`)) ?? Number.NaN;

/** A machine, and Oura in the same time zone. */
const openMachine = async () => {
  const home = mkdtempSync(join(tmpdir(), 'oura-clock-'));
  const clockFile = join(home, 'clock');
  const clock = createClock(clockFile);
  const ahead = { wall: at(FIRST, '18:00:00') - Date.now(), monotonic: 0 };
  let wrongMs = 0;
  const set = () => clock.set({ wall: ahead.wall + wrongMs, monotonic: ahead.monotonic });
  set();
  const now = () => Date.now() + ahead.wall;
  const ring = await startRingSimulator({ timeZone: ZONE, clock: { now }, seed: SEED });
  const env = {
    OURA_API_BASE_URL: ring.url,
    OURA_API_KEY: 'simulated',
    [CLOCK_VARIABLE]: clockFile,
    NODE_OPTIONS: `--import=${INSTALL}`,
  };
  const dataDir = join(home, 'data');
  const option = ['--data-dir', dataDir];
  let running: Running | undefined;
  let printed = '';
  const pass = (ms: number): void => {
    ahead.wall += ms;
    ahead.monotonic += ms;
    set();
  };
  /** The clock moves only while the process waits: a function that works would take hours of it. */
  const isIdle = watchIdle(() => [running?.process.pid].flatMap((pid) => pid ?? []));
  const settle = async (): Promise<void> => {
    while (!(await isIdle()));
  };
  return {
    pass: async (ms: number): Promise<void> => {
      pass(ms);
      await settle();
    },
    /** Lets time pass until `instant`, and the scheduler see it. */
    passUntil: async (instant: number): Promise<void> => {
      pass(instant + SCHEDULER_MS - now());
      await settle();
    },
    /** Sets the clock of the machine wrong by so many milliseconds, and lets the scheduler see it. 0: right. */
    setWrong: async (ms: number): Promise<void> => {
      wrongMs = ms;
      pass(SCHEDULER_MS);
      await settle();
    },
    /** How many runs have ended since the start. */
    runs: () => printed.split('Next sync').length - 1,
    printed: () => printed,
    start: (): void => {
      printed = '';
      running = startCommand(['start', '--page-port', '0', '--time-zone', ZONE, ...option], env);
      running.process.stdout?.on('data', (text: string) => {
        printed += text;
      });
    },
    /** Lets time pass until `isDone`. */
    until: async (isDone: () => boolean): Promise<void> => {
      const deadline = now() + LONGEST_RUN_MS;
      while (!isDone()) {
        if (now() > deadline) throw new Error(`no such run: ${printed.slice(-500)}`);
        if (running?.process.exitCode != null)
          throw new Error(`npm start ended: ${JSON.stringify(await running.ended)}`);
        if (await isIdle()) pass(STEP_MS);
      }
    },
    command: (...args: string[]) => runCommand([...args, ...option], env),
    stop: async (): Promise<string> => {
      running?.process.kill('SIGTERM');
      const { stdout, stderr } = (await running?.ended) ?? { stdout: '', stderr: '' };
      return stdout + stderr;
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      running?.process.kill('SIGKILL');
      await running?.ended;
      await ring.stop();
      clock.end();
      rmSync(home, { recursive: true });
    },
  };
};

const WRONG_DAYS = [1, 40, 400, -40];

test.each(WRONG_DAYS)(
  'a clock that is wrong by %i days for an hour costs no night and no later run',
  async (days) => {
    const begun = performance.now();
    await using machine = await openMachine();
    /** Waits for the run that is due at noon. A clock that was ahead may have run one of that time already. */
    const noon = async (day: Day): Promise<void> => {
      const stamp = new Date(at(day, '12:00:00')).toISOString().slice(0, 19).replaceAll(':', '-');
      const count = () => machine.printed().split(`Run schedule-${stamp}`).length;
      const before = count();
      await machine.passUntil(at(day, '12:00:01'));
      await machine.until(() => count() > before);
    };
    machine.start();
    await machine.until(() => machine.runs() > 0);
    const [second, third, fourth] = [1, 2, 3].map((number) => addDays(FIRST, number)) as [Day, Day, Day];
    await noon(second);

    const before = machine.runs();
    await machine.setWrong(days * DAY_MS);
    // A clock that is behind starts no run.
    if (days > 0) await machine.until(() => machine.runs() > before);
    const meanwhile = [await machine.command('doctor'), await machine.command('gaps')];
    await machine.pass(3_600_000);
    await machine.setWrong(0);

    await noon(third);
    const output = await machine.stop();
    // The same folder in a new process.
    machine.start();
    await machine.until(() => machine.runs() > 0);
    await noon(fourth);
    const [doctor, gaps, exported] = [
      await machine.command('doctor', '--format', 'json'),
      await machine.command('gaps', '--format', 'json'),
      await machine.command('export'),
    ];
    const printed = output + (await machine.stop());
    for (const { stdout, stderr } of [...meanwhile, doctor, gaps])
      expect(stdout + stderr).not.toMatch(STACK_TRACE);
    expect(printed).not.toMatch(STACK_TRACE);
    expect(JSON.parse(gaps.stdout)).toEqual([]);
    const findings = (JSON.parse(doctor.stdout) as Finding[]).filter(({ check }) => check !== BY_REAL_TIME);
    expect(findings.filter(({ state }) => state === 'problem')).toEqual([]);
    // A day ahead is past by now.
    expect(findings.some(({ check }) => check === 'ledger times')).toBe(days > 1);

    const stored = new Set((JSON.parse(exported.stdout) as { date: Day }[]).map(({ date }) => date));
    const expected = daysFrom(addDays(FIRST, 1 - LOOK_BACK_DAYS), fourth);
    const lost = expected.filter((date) => !stored.has(date));
    report({
      ...{ what: `clock wrong by ${days} days`, dates: expected.length, injected: 1 },
      ...{ stored: expected.length - lost.length, no_data: 0, parked: 0, lost: lost.length },
      seconds: secondsSince(begun),
    });
    // After a clock that was ahead, a run also catches up with earlier dates.
    expect(lost).toEqual([]);
  },
);
