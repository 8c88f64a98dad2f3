import { randomBytes } from 'node:crypto';
import { type Clock, iso } from '../../../shared/core/clock.ts';

/** A name for a run that somebody starts: its trigger, when, and which of those that began at the same moment. */
export const runName = (trigger: 'manual' | 'backfill', clock: Clock): string =>
  `${trigger}-${iso(clock.now()).replaceAll(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`;

/** A name for a run that somebody starts by hand. */
export const manualRunName = (clock: Clock): string => runName('manual', clock);
