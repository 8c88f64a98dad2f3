import { cpus, totalmem } from 'node:os';

/** The machine in one line. */
export const machine = (): string =>
  `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;

/** A number with separators, or a dash without one. */
export const numberText = (value: number | undefined, digits = 0): string =>
  value === undefined
    ? '–'
    : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A bound of a figure, which is at most the bound unless `atLeast` is set. */
interface BoundOptions {
  readonly atLeast?: boolean;
  /** What was promised, if it is not reached. The bound then shows only whether the figure gets worse. */
  readonly goal?: number;
}

/** Prints a figure with its bound, and OVER if it is past the bound. `.ci/nightly` quotes these lines. */
export const printBound = (
  what: string,
  measured: number,
  bound: number,
  { atLeast = false, goal }: BoundOptions = {},
): void => {
  const isKept = atLeast ? measured >= bound : measured <= bound;
  const figure = numberText(measured, measured < 10 ? 3 : 0);
  const isMissed = goal !== undefined && (atLeast ? measured < goal : measured > goal);
  process.stdout.write(
    `${isKept ? '      ' : 'OVER  '}${what}: ${figure} (${atLeast ? 'at least' : 'at most'} ${Number(bound.toPrecision(4))}${isMissed ? `, misses the goal of ${goal}` : ''})\n`,
  );
};
