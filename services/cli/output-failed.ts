import { systemCode, systemReason } from '../../shared/core/system-reason.ts';
import { EXIT } from './exit.ts';
import { printError } from './print/write.ts';
import { isStopRequested } from './stop-signal.ts';

/**
 * Ends the process if standard output or error cannot be written: silently with {@link EXIT.readerGone} if the reader closed
 * the pipe, else with one sentence. A command whose output is lost must not seem to have succeeded. A command that was asked
 * to stop continues to its orderly end: its terminal may be what is gone.
 */
export const exitWhenOutputFails = (): void => {
  const isReaderGone = (error: Error) => systemCode(error) === 'EPIPE';
  process.stdout.on('error', (error) => {
    if (isStopRequested()) return;
    if (isReaderGone(error)) process.exit(EXIT.readerGone);
    printError(
      `Standard output cannot be written: ${systemReason(error)} (${systemCode(error) ?? error.name}).`,
    );
    process.exit(EXIT.unsettled);
  });
  process.stderr.on('error', (error) => {
    if (isStopRequested()) return;
    process.exit(isReaderGone(error) ? EXIT.readerGone : EXIT.unsettled);
  });
};
