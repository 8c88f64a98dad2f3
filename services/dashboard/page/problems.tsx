import type { VNode } from 'preact';
import { capitalized } from '../../../shared/core/text.ts';
import type { Problem } from '../server/api.ts';

/** A line for each problem with what to do about it, above every view. */
export const Problems = ({ problems }: { readonly problems: readonly Problem[] }): VNode | null =>
  problems.length === 0 ? null : (
    <ul class="problems" aria-label="Problems">
      {problems.map(({ id, severity, summary, action }) => (
        <li key={id} class={`notice ${severity === 'problem' ? 'bad' : ''}`} data-problem={id}>
          <b>{summary}.</b> {action === null ? '' : `${capitalized(action)}.`}
        </li>
      ))}
    </ul>
  );
