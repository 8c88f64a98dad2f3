import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Table from 'cli-table3';
import { FIGURES_VARIABLE, type Figures, readFigures } from './figures.ts';
import { SEED_VARIABLE } from './seed.ts';

const HEAD = ['what', 'dates', 'injected', 'stored', 'no data', 'parked', 'lost', 'calls', 'budget', 's', ''];
const rowOf = (figures: Figures): (string | number)[] => [
  figures.what,
  figures.dates,
  figures.injected,
  figures.stored,
  figures.no_data,
  figures.parked,
  figures.lost,
  figures.calls ?? '',
  figures.budget ?? '',
  figures.seconds,
  figures.note ?? '',
];

/** Sets the seed before the tests start and prints the table of their figures at the end. A loss fails the suite. */
export default class FiguresReporter {
  private readonly path = join(mkdtempSync(join(tmpdir(), 'oura-reliability-')), 'figures.jsonl');
  private readonly seed = process.env[SEED_VARIABLE] ?? String(Math.floor(Math.random() * 2 ** 32));
  private error: Error | undefined;

  constructor() {
    writeFileSync(this.path, '');
    process.env[SEED_VARIABLE] = this.seed;
    process.env[FIGURES_VARIABLE] = this.path;
  }

  onRunStart(): void {
    process.stdout.write(
      `Seed ${this.seed}. To repeat: ${SEED_VARIABLE}=${this.seed} npm run test:reliability\n`,
    );
  }

  onRunComplete(_contexts: unknown, { numFailedTests }: { numFailedTests: number }): void {
    const figures = readFigures(this.path).sort((one, other) => one.what.localeCompare(other.what));
    rmSync(dirname(this.path), { recursive: true, force: true });
    const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
    table.push(...figures.map(rowOf));
    process.stdout.write(`\n${table.toString()}\n`);
    const sum = (of: 'injected' | 'lost') => figures.reduce((total, each) => total + each[of], 0);
    if (numFailedTests > 0 || sum('lost') > 0) {
      this.error = new Error(
        `${numFailedTests} tests failed, ${sum('lost')} dates lost: repeat with ${SEED_VARIABLE}=${this.seed}`,
      );
      process.stdout.write(`${this.error.message}\n`);
    } else if (figures.length > 0) {
      process.stdout.write(
        `100 % of ${sum('injected')} injected faults ended in stored, no_data or parked; lost 0. Seed ${this.seed}.\n`,
      );
    }
  }

  getLastError(): Error | undefined {
    return this.error;
  }
}
