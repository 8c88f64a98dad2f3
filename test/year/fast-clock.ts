import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** The variable with the file of the clock that processes of the suite share. */
export const CLOCK_VARIABLE = 'YEAR_CLOCK';

/** How far the clocks of the simulated machine are ahead of the real ones, in milliseconds. */
export interface Ahead {
  readonly wall: number;
  /** The clock that timers follow. It stands while a machine is suspended. */
  readonly monotonic: number;
}

const BYTES = 2 * Float64Array.BYTES_PER_ELEMENT;

/** Opens the file of a clock to read it. The offsets are eight bytes each, so a read never sees a part of one. */
export const openClock = (path: string): (() => Ahead) => {
  const descriptor = openSync(path, 'r');
  const offsets = new Float64Array(2);
  const bytes = new Uint8Array(offsets.buffer);
  return () => {
    readSync(descriptor, bytes, 0, BYTES, 0);
    return { wall: offsets[0] ?? 0, monotonic: offsets[1] ?? 0 };
  };
};

/** Creates the file of a clock. The caller of `set` decides what time it is for every process that reads the file. */
export const createClock = (path: string): { set(ahead: Ahead): void; end(): void } => {
  const descriptor = openSync(path, 'w+');
  ftruncateSync(descriptor, BYTES);
  return {
    set: ({ wall, monotonic }) => {
      writeSync(descriptor, new Uint8Array(Float64Array.of(wall, monotonic).buffer), 0, BYTES, 0);
    },
    end: () => closeSync(descriptor),
  };
};
