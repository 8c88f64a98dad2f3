import { EXIT } from './exit.ts';
import { systemCode, systemReason } from './system-reason.ts';

/**
 * Ends the process where standard output or error takes no more: with {@link EXIT.readerGone} and in silence where its reader
 * went away, else with one sentence. What was to be said has nowhere to go, and the command must not seem to have succeeded.
 */
export const endWhereOutputFails = (): void => {
  const isReaderGone = (error: Error) => systemCode(error) === 'EPIPE';
  process.stdout.on('error', (error) => {
    if (isReaderGone(error)) process.exit(EXIT.readerGone);
    process.stderr.write(
      `Standard output cannot be written: ${systemReason(error)} (${systemCode(error) ?? error.name}).\n`,
    );
    process.exit(EXIT.unsettled);
  });
  process.stderr.on('error', (error) => process.exit(isReaderGone(error) ? EXIT.readerGone : EXIT.unsettled));
};
