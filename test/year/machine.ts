import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeArguments } from '../../bench/npm-script.ts';
import { CLOCK_VARIABLE, createClock } from './fast-clock.ts';
import type { Held } from './install-fast-clock.ts';
import type { Observed } from './observer-process.ts';

const INSTALL = join(import.meta.dirname, 'install-fast-clock.ts');
const OBSERVER = join(import.meta.dirname, 'observer-process.ts');

/** Longer than a process takes to notice a moved clock, and short enough to be real time in this process too. */
const PAUSE_MS = 15;
/** After so many looks at which no thread worked, the processes wait for a timer. */
const IDLE_LOOKS = 3;
/** How far the clock moves at once while every process waits: at first as far as between two attempts, then up to a limit. */
const FIRST_STEP_MS = 1_000;
const STEP_GROWTH = 1.2;

export interface MachineOptions {
  readonly clockFile: string;
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly startArguments: readonly string[];
}

/** What the running process takes. */
export interface Usage extends Held {
  readonly residentMegabytes: number;
  readonly descriptors: number;
}

const pause = () => sleep(PAUSE_MS);

/** The processor time of each thread, `undefined` if one of them works or waits for the processor or a disk. */
const waitingThreads = (pid: number): string | undefined => {
  const path = `/proc/${pid}/task`;
  try {
    const threads = readdirSync(path).map((thread) => {
      const stat = readFileSync(join(path, thread, 'stat'), 'utf8');
      // After the name, which may contain spaces, come the state, and as fields 11 and 12 the user and system time.
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    });
    return threads.every(([state]) => state === 'S')
      ? threads.map((fields) => `${fields[11]} ${fields[12]}`).join()
      : undefined;
  } catch {
    // A thread has ended meanwhile.
    return undefined;
  }
};

/** Returns a function that pauses, and then says whether every process waits for a timer. @param pids of the processes now */
export const watchIdle = (pids: () => readonly number[]): (() => Promise<boolean>) => {
  let looks = 0;
  let before: string | undefined;
  return async () => {
    await pause();
    const threads = pids().map(waitingThreads);
    const now = threads.includes(undefined) ? undefined : threads.join();
    looks = now !== undefined && now === before ? looks + 1 : 0;
    before = now;
    if (looks < IDLE_LOOKS) return false;
    looks = 0;
    return true;
  };
};

/** A machine whose clock the suite moves: it runs `npm start`, sleeps, loses its power, and its user runs commands. */
export class Machine {
  private readonly options: MachineOptions;
  private readonly clock: ReturnType<typeof createClock>;
  private readonly observer: ChildProcess;
  private ahead: { wall: number; monotonic: number };
  private child: ChildProcess | undefined;
  private printed = '';

  constructor(options: MachineOptions, startsAt: number) {
    this.options = options;
    this.clock = createClock(options.clockFile);
    this.ahead = { wall: startsAt - Date.now(), monotonic: 0 };
    this.clock.set(this.ahead);
    this.observer = fork(OBSERVER, { execArgv: ['--import', INSTALL], env: this.env() });
  }

  private env(): Record<string, string> {
    return { ...this.options.env, [CLOCK_VARIABLE]: this.options.clockFile };
  }

  private move(by: Partial<typeof this.ahead>): Promise<void> {
    this.ahead = {
      wall: this.ahead.wall + (by.wall ?? 0),
      monotonic: this.ahead.monotonic + (by.monotonic ?? 0),
    };
    this.clock.set(this.ahead);
    return pause();
  }

  get isOn(): boolean {
    return this.child !== undefined;
  }

  /** What `npm start` has printed since the last start. */
  get output(): string {
    return this.printed;
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.child?.pid !== undefined) process.kill(-this.child.pid, signal);
  }

  /** Starts `npm start`, with the options of node in package.json. */
  start(): void {
    this.printed = '';
    const child = spawn(
      process.execPath,
      [...nodeArguments('start'), ...this.options.startArguments],
      // The launcher replaces its process, without the options of node that it was started with.
      {
        env: { ...this.env(), NODE_OPTIONS: `--import=${INSTALL}` },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      },
    );
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.printed += text;
      });
    child.once('exit', () => {
      if (this.child === child) this.child = undefined;
    });
    this.child = child;
  }

  /** Cuts the power. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const ended = once(child, 'exit');
    this.signal('SIGKILL');
    await ended;
  }

  /** Suspends the machine until `instant`. Timers fire late after that, because their clock stood still. */
  async suspendUntil(instant: number): Promise<void> {
    this.signal('SIGSTOP');
    await this.move({ wall: instant - Date.now() });
    this.signal('SIGCONT');
    await pause();
  }

  /** Lets time pass while the machine is awake. The processes get no turn until the end. */
  async pass(ms: number): Promise<void> {
    await this.move({ wall: ms, monotonic: ms });
  }

  /** Lets time pass until `instant`. */
  passUntil(instant: number): Promise<void> {
    return this.pass(Math.max(0, instant - Date.now()));
  }

  /** Waits for `isDone`. Time passes fast while no process works. Whether it came true within `most` milliseconds of the clock. */
  async waitFor(isDone: () => boolean, most: number, longestStep = FIRST_STEP_MS): Promise<boolean> {
    const until = Date.now() + most;
    const isIdle = watchIdle(() => [this.child?.pid, this.observer.pid].flatMap((pid) => pid ?? []));
    let step = FIRST_STEP_MS;
    while (!isDone() && Date.now() < until) {
      if (!(await isIdle())) continue;
      await this.pass(step);
      step = Math.min(step * STEP_GROWTH, longestStep);
    }
    return isDone();
  }

  /** Runs a command of the project and returns what it prints. */
  async run(args: readonly string[], most = 3_600_000): Promise<Observed> {
    let observed: Observed | undefined;
    this.observer.once('message', (message: Observed) => {
      observed = message;
    });
    this.observer.send(args);
    await this.waitFor(() => observed !== undefined, most);
    return observed ?? { code: -1, stdout: '', stderr: 'The command did not end.' };
  }

  /** What the process of `npm start` takes, after a collection of garbage. */
  async usage(): Promise<Usage> {
    const pid = this.child?.pid ?? 0;
    const report = `${this.options.clockFile}.${pid}`;
    // The last part is empty, or a line that is being written.
    const lines = () => (existsSync(report) ? readFileSync(report, 'utf8').split('\n').slice(0, -1) : []);
    const before = lines().length;
    process.kill(pid, 'SIGUSR2');
    while (lines().length === before) await pause();
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return {
      ...(JSON.parse(lines().at(-1) ?? '') as Held),
      residentMegabytes: Number(status.match(/VmRSS:\s+(\d+)/)?.[1]) / 1024,
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
    };
  }

  async end(): Promise<void> {
    await this.kill();
    this.observer.kill('SIGKILL');
    this.clock.end();
  }
}
