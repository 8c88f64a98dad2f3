import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AppError, type Consequences, TRANSIENT } from '../../../shared/core/errors.ts';
import type { ProblemId } from '../../operations/status/sync-state.ts';
import { GIVEN } from '../environment/libraries.ts';
import type { Destination } from './destination.ts';

/** A notification. It has no health value and no token. */
export interface Notification {
  readonly event: 'opened' | 'resolved' | 'test';
  readonly problem: ProblemId | null;
  /** ASCII, because HTTP headers hold it. */
  readonly title: string;
  readonly text: string;
}

/** The destination did not take a notification. The message does not show the destination. */
export class NotificationFailed extends AppError {
  override readonly name = 'NotificationFailed';
  override readonly consequences: Consequences = TRANSIENT;
}

/** A destination that takes longer counts as failed. */
const TIMEOUT_MS = 20_000;
const NO_ANSWER = `no answer within ${TIMEOUT_MS / 1000} seconds`;

const TAG = { opened: 'warning', resolved: 'white_check_mark', test: 'bell' } as const;

/** Plain text with the headers of ntfy, https://docs.ntfy.sh/publish, which others ignore. */
const asText = ({ title, text, event }: Notification) => ({
  body: text,
  headers: { 'content-type': 'text/plain; charset=utf-8', title, tags: TAG[event] },
});

/** Slack and Mattermost read `text`, Discord reads `content`, Gotify and Home Assistant read `title` and `message`. */
const asJson = ({ title, text, event, problem }: Notification) => {
  const whole = `${title}\n${text}`;
  return {
    body: JSON.stringify({ title, message: text, text: whole, content: whole, event, problem }),
    headers: { 'content-type': 'application/json' },
  };
};

const codeOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'the request failed';
};

const post = async (url: URL, json: boolean, notification: Notification, signal: AbortSignal) => {
  const { body, headers } = (json ? asJson : asText)(notification);
  const { username, password } = url;
  // fetch refuses a URL with a password.
  const address = Object.assign(new URL(url), { username: '', password: '' });
  const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString(
    'base64',
  );
  const authorization = username || password ? { authorization: `Basic ${basic}` } : {};
  const answer = await fetch(address, {
    method: 'POST',
    body,
    headers: { ...headers, ...authorization },
    // A redirected POST becomes a GET, whose success would mean nothing.
    redirect: 'manual',
    signal,
  }).catch((error: unknown) => {
    throw new NotificationFailed(signal.aborted ? NO_ANSWER : codeOf(error));
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new NotificationFailed(`HTTP ${answer.status}`);
};

/** The content reaches the command as variables and as its input, never as a part of the command line. */
const run = async (command: string, notification: Notification, signal: AbortSignal, folder: string) => {
  const { title, text, event, problem } = notification;
  const { OURA_API_KEY, ...inherited } = GIVEN;
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: folder,
    env: {
      ...inherited,
      OURA_SYNC_TITLE: title,
      OURA_SYNC_TEXT: text,
      OURA_SYNC_EVENT: event,
      OURA_SYNC_PROBLEM: problem ?? '',
    },
    stdio: ['pipe', 'ignore', 'ignore'],
    // A process group of its own, so that what it has started can be ended too.
    detached: true,
  });
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  };
  signal.addEventListener('abort', end, { once: true });
  // A command need not read its input.
  child.stdin.on('error', () => {}).end(`${text}\n`);
  try {
    const [code, by] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (signal.aborted) throw new NotificationFailed(NO_ANSWER);
    if (code !== 0)
      throw new NotificationFailed(
        by === null ? `the command ended with exit code ${code}` : `${by} ended the command`,
      );
  } catch (error: unknown) {
    throw error instanceof NotificationFailed
      ? error
      : new NotificationFailed('the command cannot be started');
  } finally {
    signal.removeEventListener('abort', end);
  }
};

/** Sends a notification once. Throws {@link NotificationFailed} after 20 s at most. @param folder where a command runs */
export const send = async (
  destination: Destination,
  notification: Notification,
  folder: string,
  signal?: AbortSignal,
): Promise<void> => {
  if (signal?.aborted) throw new NotificationFailed(NO_ANSWER);
  const limit = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]);
  if (destination.kind === 'url') await post(destination.url, destination.json, notification, limit);
  else await run(destination.command, notification, limit, folder);
};
