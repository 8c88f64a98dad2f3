import type { Endpoint } from '../../../shared/core/collections.ts';

/** What the comparison found. It contains names, types and counts, and never a value of a record. */
export interface Finding {
  readonly kind: /** Something that the code uses is not as it knows it. */
    | 'changed'
    /** Something that the code does not use has appeared. */
    | 'new'
    | 'not checked'
    /** Oura did not respond, or not with data. */
    | 'not reached';
  /** An endpoint or the path of a field, e.g. `sleep.average_hrv`. */
  readonly subject: Endpoint | `${Endpoint}.${string}`;
  readonly finding: string;
}

/** Shows a name of Oura's, which a report may contain only if it looks like one. */
export const showName = (text: string): string =>
  /^[A-Za-z_][\w.-]{0,59}$/.test(text) ? text : '(not shown: it does not look like a name)';
