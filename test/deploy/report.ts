import Table from 'cli-table3';

export interface Report {
  /** Runs one step and shows its result next to the title. Rethrows its error. */
  step(title: string, work: () => Promise<string>): Promise<void>;
  /** A table of all steps so far, with their times in seconds. */
  asTable(): string;
}

/** Records the steps of a long run and prints each one when it ends. */
export const createReport = (): Report => {
  const rows: { title: string; seconds: string; detail: string; passed: boolean }[] = [];
  return {
    step: async (title, work) => {
      process.stdout.write(`\n── ${title}\n`);
      const begin = performance.now();
      const end = (detail: string, passed: boolean) => {
        const seconds = ((performance.now() - begin) / 1000).toFixed(1);
        rows.push({ title, seconds, detail, passed });
        process.stdout.write(`   ${passed ? '✓' : '✗'} ${seconds} s  ${detail}\n`);
      };
      try {
        end(await work(), true);
      } catch (error: unknown) {
        end('failed', false);
        throw error;
      }
    },
    asTable: () => {
      const table = new Table({
        head: ['', 'step', 'seconds', 'seen'],
        colAligns: ['left', 'left', 'right', 'left'],
        colWidths: [3, 44, 9, 92],
        wordWrap: true,
        style: { head: [], border: [] },
      });
      for (const { title, seconds, detail, passed } of rows)
        table.push([passed ? '✓' : '✗', title, seconds, detail]);
      return table.toString();
    },
  };
};
