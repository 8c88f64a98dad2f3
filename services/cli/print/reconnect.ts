import type { ReconnectNeeded } from '../../operations/credentials/reconnect.ts';

export const reconnectSentence = ({ since }: Pick<ReconnectNeeded, 'since'>): string =>
  `reconnect needed${since === null ? '' : ` since ${since}`}`;
