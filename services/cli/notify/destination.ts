import { readSettingsFile, settingsFileName } from '../../../cdk/settings-file.ts';
import { isLoopback } from '../../../shared/core/loopback.ts';
import { notifyFile } from '../../local/data-folder/secret-file.ts';
import { UsageError } from '../usage-error.ts';

/** Where notifications go. Its URL or command may hold a secret: show {@link shownDestination} instead. */
export type Destination =
  /** @property json whether the body is JSON rather than plain text */
  | { readonly kind: 'url'; readonly url: URL; readonly json: boolean }
  | { readonly kind: 'command'; readonly command: string };

/** Turns notifications off. */
const NONE = 'none';

const URL_PREFIX = /^(json\+)?(https?:.*)$/i;

/** Reads `URL`, `json+URL` or a command. Throws a UsageError without the text. @param source where the text is from */
export const parseDestination = (text: string, source: string): Destination => {
  const [, json, address] = URL_PREFIX.exec(text.trim()) ?? [];
  if (address === undefined) {
    if (text.trim() === '') throw new UsageError(`${source} must be a URL, a command or ${NONE}.`);
    return { kind: 'command', command: text };
  }
  const url = URL.parse(address);
  if (!url || (url.protocol === 'http:' && !isLoopback(url.hostname)))
    throw new UsageError(`The URL in ${source} must be an https URL (http only on this machine).`);
  return { kind: 'url', url, json: json !== undefined };
};

/** The destination for people, without a secret: the path of a URL may be one, and so may any word of a command. */
export const shownDestination = (destination: Destination): string =>
  destination.kind === 'url' ? `${destination.url.origin}/…` : 'your command';

interface Chosen {
  readonly dataDir: string;
  /** The value of `--notify`. */
  readonly notify?: string | undefined;
}

/** The destination of a folder's notifications: `--notify`, else the one stored in the folder, else the setting. Throws a UsageError. */
export const destinationOf = ({ dataDir, notify }: Chosen): Destination | undefined => {
  const stored = notifyFile(dataDir).read()?.trim();
  const setting = readSettingsFile()['notify'];
  const candidates: readonly (readonly [unknown, string])[] = [
    [notify, '--notify'],
    [stored, `${dataDir}/notify`],
    [setting, `the setting notify of ${settingsFileName()}`],
  ];
  const [text, source = ''] = candidates.find(([value]) => value !== undefined && value !== '') ?? [];
  return typeof text !== 'string' || text === NONE ? undefined : parseDestination(text, source);
};

/** Stores `--notify` in the folder, with mode 0600: the next command without it uses the same. */
export const noteDestination = ({ dataDir, notify }: Chosen): void => {
  if (notify !== undefined) notifyFile(dataDir).write(notify);
};
