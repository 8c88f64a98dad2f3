import { randomBytes } from 'node:crypto';
import { type Clock, iso } from '../../../shared/core/clock.ts';

/** A name for a run: its trigger, when it was named, and a suffix that tells apart runs of the same moment. */
export const runName = (trigger: 'manual' | 'backfill', clock: Clock): string =>
  `${trigger}-${iso(clock.now()).replaceAll(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`;
