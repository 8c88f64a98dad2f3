import { GetAccountSettingsCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { reservedConcurrency } from '../../../cdk/reserved-concurrency.ts';
import { readSettings, type Settings, SettingsInvalid } from '../../../cdk/settings.ts';
import { isDenied } from '../../operations/access-denied.ts';
import { askLine, type Terminal } from '../ask-line.ts';
import { canReserve } from '../doctor/aws-account.ts';
import { UsageError } from '../usage-error.ts';

export type Given = Readonly<Record<string, unknown>>;

/** Asks for a setting until the answer is valid. An empty answer is `fallback`. */
const askSetting = async (
  name: keyof Settings,
  question: string,
  fallback: string,
  given: Given,
  terminal: Terminal,
): Promise<string> => {
  const stopped = (how: string) => new UsageError(`Not deployed: ${how}.`);
  for (;;) {
    const answer = await askLine(`${question} [${fallback || 'none'}]: `, terminal, { stopped });
    const value = answer || fallback;
    try {
      readSettings({ ...given, [name]: value });
      return value;
    } catch (error: unknown) {
      if (!(error instanceof SettingsInvalid)) throw error;
      terminal.output.write(`${error.message}\n`);
    }
  }
};

/**
 * Asks for the time zone and the mail address that `given` does not hold. An empty `alarmEmail` is an answer too.
 * @param zone the answer to an empty line
 */
export const askSettings = async (given: Given, zone: string, terminal: Terminal): Promise<Given> => {
  const timeZone =
    given['timeZone'] ?? (await askSetting('timeZone', 'Your time zone', zone, given, terminal));
  const alarmEmail =
    given['alarmEmail'] ?? (await askSetting('alarmEmail', 'Mail address for alarms', '', given, terminal));
  return { ...given, timeZone, alarmEmail };
};

/**
 * Returns `reserveConcurrency: false` if the account's limit is too low, as in new accounts. Throws a UsageError if `given`
 * demands the reservation.
 * @param own what the deployed stack reserves
 */
export const chooseReservation = async (lambda: LambdaClient, given: Given, own: number): Promise<Given> => {
  const wanted = reservedConcurrency(readSettings(given));
  if (wanted === 0) return {};
  const limits = await lambda.send(new GetAccountSettingsCommand({})).catch((error: unknown) => {
    // Who may deploy need not be allowed to read the limit: CloudFormation will say if it is too low.
    if (isDenied(error)) return undefined;
    throw error;
  });
  const { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved } =
    limits?.AccountLimit ?? {};
  if (limit === undefined || unreserved === undefined) return {};
  if (canReserve(wanted, limit, unreserved + own)) return {};
  if (given['reserveConcurrency'] === undefined) return { reserveConcurrency: false };
  throw new UsageError(
    `The account may run ${limit} functions at once, so ${wanted} cannot be reserved for its functions: remove reserveConcurrency from the settings, or request a higher limit.`,
  );
};
