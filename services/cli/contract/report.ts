import { plural } from '../../../shared/core/text.ts';
import { EXIT } from '../exit.ts';
import { createTable } from '../print/table.ts';
import { paint } from '../print/write.ts';
import type { Compared, Source } from './compare.ts';
import type { Finding } from './finding.ts';

/** The output of `contract --format json`. */
interface ContractReport {
  readonly source: Source['kind'];
  readonly url: string;
  readonly date: string;
  readonly outcome: 'unchanged' | 'changed' | 'undecided';
  /** How many records of each endpoint were compared. */
  readonly records: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

export const reportOf = ({ kind, baseUrl, today }: Source, compared: readonly Compared[]): ContractReport => {
  const findings = compared.flatMap((each) => each.findings);
  const isReached = !findings.some(({ kind: found }) => found === 'not reached');
  const hasSleep = compared.some(({ endpoint, records }) => endpoint === 'sleep' && records > 0);
  const isChanged = findings.some(({ kind: found }) => found === 'changed');
  return {
    source: kind,
    url: baseUrl,
    date: today,
    outcome: isChanged ? 'changed' : isReached && hasSleep ? 'unchanged' : 'undecided',
    records: Object.fromEntries(compared.map(({ endpoint, records }) => [endpoint, records])),
    findings,
  };
};

const OUTCOME = {
  unchanged: 'Nothing that this version reads has changed.',
  changed:
    'Something that this version reads has changed. Look for a newer version, or report these lines: they contain no value of a record.',
  undecided: 'Not decided: Oura cannot be reached, or has no records to compare. Try again later.',
} as const;

const EXITS = { unchanged: EXIT.settled, changed: EXIT.unsettled, undecided: EXIT.undecided } as const;

export const contractExit = ({ outcome }: ContractReport): number => EXITS[outcome];

const PAINTS = { changed: 'problem', 'not reached': 'warning' } as const;

const showKind = (kind: Finding['kind']): string =>
  kind === 'changed' || kind === 'not reached' ? paint(PAINTS[kind], kind) : kind;

/** The report for people. */
export const contractText = ({ source, url, records, findings, outcome }: ContractReport): string => {
  const compared = Object.values(records).some((count) => count > 0)
    ? Object.entries(records).map(([endpoint, count]) => `${endpoint} ${count}`)
    : ['none'];
  const table = createTable(
    [{ title: '' }, { title: 'what' }, { title: 'finding' }],
    findings.map(({ kind, subject, finding }) => [showKind(kind), subject, finding]),
  );
  const count = (kind: Finding['kind']) => findings.filter((each) => each.kind === kind).length;
  return [
    `${source === 'sandbox' ? "Oura's sandbox" : 'Your account'} at ${url}. Records compared with what this version reads: ${compared.join(', ')}.`,
    ...(findings.length > 0 ? [table] : []),
    ...(source === 'sandbox' ? ['The sandbox does not select by date, so date ranges are not checked.'] : []),
    `${plural(count('changed'), 'change')}, ${count('new')} new. ${OUTCOME[outcome]}`,
  ].join('\n');
};
