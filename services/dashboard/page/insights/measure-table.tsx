import type { VNode } from 'preact';
import { capitalized } from '../../../../shared/core/text.ts';
import type { MeasureRow } from '../../server/api.ts';
import { useOpen } from '../place.ts';
import { Table } from '../table.tsx';

/** The first measures are about sleep; more would be a table again. */
const SENTENCES = 2;

/** The current measures: the first ones in sentences, all in a table. */
export const MeasureTable = ({ rows }: { rows: readonly MeasureRow[] }): VNode => {
  const table = useOpen('measures');
  return (
    <section class="card" aria-labelledby="measures">
      <h2 id="measures">Measures of the last week</h2>
      {rows.length === 0 && <p class="finding">None. The first ones need four nights in a week.</p>}
      {rows.slice(0, SENTENCES).map(({ label, value, meaning }) => (
        <p class="finding" key={label}>
          {capitalized(label)} <b>{value}</b>. <span class="quiet">{meaning}</span>
        </p>
      ))}
      {rows.length > 0 && (
        <details {...table}>
          <summary>All measures as a table</summary>
          <Table label="All measures" kind="numbers" heads={['Measure', 'Value', 'Meaning']}>
            {rows.map(({ label, value, meaning }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{value}</td>
                <td class="text">{meaning}</td>
              </tr>
            ))}
          </Table>
        </details>
      )}
      <p class="note quiet">Loads describe training. They predict neither injury nor performance.</p>
    </section>
  );
};
