import type { VNode } from 'preact';
import type { MeasureRow } from '../../server/api.ts';
import { Table } from '../table.tsx';

/** The current measures, each with what it means. */
export const MeasureTable = ({ rows }: { rows: readonly MeasureRow[] }): VNode => (
  <section class="card" aria-labelledby="measures">
    <h2 id="measures">Measures of the last week</h2>
    {rows.length === 0 ? (
      <p class="quiet">None. The first ones need four nights in a week.</p>
    ) : (
      <Table label="Measures" kind="numbers" heads={['Measure', 'Value', 'Meaning']}>
        {rows.map(({ label, value, meaning }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{value}</td>
            <td class="text">{meaning}</td>
          </tr>
        ))}
      </Table>
    )}
    <p class="note quiet">Loads describe training. They predict neither injury nor performance.</p>
  </section>
);
