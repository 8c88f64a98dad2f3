import { plural } from '../../../shared/core/text.ts';
import { DataFolderBroken } from '../../local/data-folder/errors.ts';
import { readIncidents } from '../../local/data-folder/incidents-file.ts';
import { type Destination, destinationOf, shownDestination } from '../notify/destination.ts';
import { suggest } from '../print/advice.ts';
import { UsageError } from '../usage-error.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const CHECK = 'notifications';

/** Whether notifications arrive. No finding if none are set up. */
export const checkNotifications = (dataDir: string): Finding[] => {
  let destination: Destination | undefined;
  try {
    destination = destinationOf({ dataDir });
  } catch (error: unknown) {
    if (!(error instanceof UsageError || error instanceof DataFolderBroken)) throw error;
    return [problem(CHECK, error.message, `run ${suggest('start', { dataDir }, '--notify', 'URL')}`)];
  }
  if (!destination) return [];
  const shown = shownDestination(destination);
  const { failure } = readIncidents(dataDir);
  if (failure === null) return [ok(CHECK, `sent to ${shown}`)];
  const { attempts, since, reason } = failure;
  return [
    warning(
      CHECK,
      `${shown} has not taken a message since ${since}: ${reason} (${plural(attempts, 'attempt')})`,
      `run ${suggest('service', { dataDir }, 'test-notify')} to try it; it is also tried again by itself`,
    ),
  ];
};
