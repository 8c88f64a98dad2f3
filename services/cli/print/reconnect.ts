import type { ReconnectNeeded } from '../../operations/credentials/reconnect.ts';

/** For `status`, `doctor` and `connect --status`. */
export const reconnectSentence = ({ since }: ReconnectNeeded): string =>
  `reconnect needed${since === null ? '' : ` since ${since}`}`;
