import { appendFileSync } from 'node:fs';
import { ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CLOCK_VARIABLE, openClock } from './fast-clock.ts';

// Loaded with `node --import` before a process of the suite begins. `Date`, `performance.now` and timers then follow the
// clock of the simulated machine, which the suite moves. A timer whose time has passed while the machine was suspended or
// the process stood still fires late, as on a real machine. Node's own timers, such as those of sockets, stay real.

const real = {
  Date: globalThis.Date,
  now: globalThis.Date.now,
  monotonic: performance.now.bind(performance),
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
};

/** How often a process looks whether the suite has moved the clock. */
const LOOK_MS = 5;
/** Shorter timers are real: the suite waits longer than that after each move. */
const SHORT_MS = 20;

const readClock = openClock(process.env[CLOCK_VARIABLE] ?? '');
let ahead = readClock();
let lookedAt = real.monotonic();

const look = () => {
  const at = real.monotonic();
  if (at - lookedAt >= 1) {
    lookedAt = at;
    ahead = readClock();
  }
  return ahead;
};

const wall = (): number => real.now() + Math.round(look().wall);
const monotonic = (): number => real.monotonic() + look().monotonic;

globalThis.Date = new Proxy(real.Date, {
  construct: (target, given, called) =>
    Reflect.construct(
      target,
      given.length === 0 ? [wall()] : given,
      called === globalThis.Date ? target : called,
    ),
  apply: () => new real.Date(wall()).toString(),
});
real.Date.now = wall;
performance.now = monotonic;

type Callback = (...given: unknown[]) => void;

const pending = new Set<FastTimeout>();

/** A timer of the simulated machine, with the interface of Node's. */
class FastTimeout implements Disposable {
  private readonly callback: () => void;
  private readonly ms: number;
  private due: number;
  private timer: NodeJS.Timeout;
  private isReferenced = true;

  constructor(callback: () => void, ms: number) {
    this.callback = callback;
    this.ms = ms;
    this.due = monotonic() + ms;
    this.timer = this.arm();
  }

  private arm(): NodeJS.Timeout {
    pending.add(this);
    const timer = real.setTimeout(() => this.fire(), Math.max(1, this.due - monotonic()));
    return this.isReferenced ? timer : timer.unref();
  }

  private fire(): void {
    if (monotonic() < this.due - 1) {
      this.timer = this.arm();
      return;
    }
    pending.delete(this);
    this.callback();
  }

  /** The clock was moved. */
  moved(): void {
    real.clearTimeout(this.timer);
    this.timer = this.arm();
  }

  close(): this {
    pending.delete(this);
    real.clearTimeout(this.timer);
    return this;
  }

  refresh(): this {
    this.due = monotonic() + this.ms;
    this.moved();
    return this;
  }

  ref(): this {
    this.isReferenced = true;
    this.timer.ref();
    return this;
  }

  unref(): this {
    this.isReferenced = false;
    this.timer.unref();
    return this;
  }

  hasRef(): boolean {
    return this.isReferenced;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

const setFastTimeout = (callback: Callback, ms = 1, ...given: unknown[]): FastTimeout | NodeJS.Timeout =>
  ms > SHORT_MS ? new FastTimeout(() => callback(...given), ms) : real.setTimeout(callback, ms, ...given);

const sleep = <Value>(
  ms = 1,
  value?: Value,
  { signal, ref = true }: { signal?: AbortSignal; ref?: boolean } = {},
): Promise<Value | undefined> =>
  new Promise((resolve, reject) => {
    const abort = () => {
      clear(timer);
      reject(new DOMException('The operation was aborted', { name: 'AbortError', cause: signal?.reason }));
    };
    const timer = setFastTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    }, ms);
    if (!ref) timer.unref();
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });

const clear = (timer: FastTimeout | NodeJS.Timeout | string | number | undefined): void => {
  if (timer instanceof FastTimeout) timer.close();
  else real.clearTimeout(timer);
};

const replaced = Object.assign(setFastTimeout, { [promisify.custom]: sleep }) as unknown as typeof setTimeout;
globalThis.setTimeout = replaced;
globalThis.clearTimeout = clear as typeof clearTimeout;
timers.setTimeout = replaced;
timers.clearTimeout = clear as typeof clearTimeout;
timersPromises.setTimeout = sleep as typeof timersPromises.setTimeout;
syncBuiltinESMExports();

let seen = ahead.monotonic;
real
  .setInterval(() => {
    const { monotonic: now } = look();
    if (now === seen) return;
    seen = now;
    for (const timer of pending) timer.moved();
  }, LOOK_MS)
  .unref();

// Node writes the `Date` header of its responses from the real clock.
const { writeHead } = ServerResponse.prototype;
ServerResponse.prototype.writeHead = function (this: ServerResponse, ...given: unknown[]) {
  if (!this.hasHeader('date')) this.setHeader('Date', new Date().toUTCString());
  return Reflect.apply(writeHead, this, given);
} as typeof writeHead;

/** What a process holds after a collection of garbage. The suite asks for it with SIGUSR2, as nothing in the product shows it. */
export interface Held {
  readonly heapMegabytes: number;
  readonly resources: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
process.on('SIGUSR2', () => {
  collectGarbage();
  const held: Held = {
    heapMegabytes: process.memoryUsage().heapUsed / 2 ** 20,
    resources: process.getActiveResourcesInfo().length,
  };
  appendFileSync(`${process.env[CLOCK_VARIABLE]}.${process.pid}`, `${JSON.stringify(held)}\n`);
});
