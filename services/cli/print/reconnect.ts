import type { ReconnectNeeded } from '../../operations/credentials/reconnect.ts';

export const reconnectSentence = ({ since }: ReconnectNeeded): string =>
  `reconnect needed${since === null ? '' : ` since ${since}`}`;
