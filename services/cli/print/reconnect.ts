import type { ReconnectNeeded } from '../../operations/credentials/reconnect.ts';

/** How `status`, `doctor` and `connect --status` say it. */
export const reconnectSentence = ({ since }: ReconnectNeeded): string =>
  `reconnect needed${since === null ? '' : ` since ${since}`}`;
