import { deployment as receiver } from '../services/receiver/deployment.ts';
import type { Settings } from './settings.ts';

/** How much of the account's concurrency the functions of a stack reserve together. */
export const reservedConcurrency = ({
  reserveConcurrency,
  concurrency,
  webhooks,
}: Pick<Settings, 'reserveConcurrency' | 'concurrency' | 'webhooks'>): number =>
  reserveConcurrency ? concurrency + (webhooks ? receiver.reservedConcurrency : 0) : 0;
