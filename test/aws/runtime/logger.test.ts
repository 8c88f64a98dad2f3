import axios from 'axios';
import { MalformedMessage } from '../../../shared/aws/queue/parse-work-message.ts';
import { createLog } from '../../../shared/aws/runtime/logger.ts';
import { startHttpServer } from '../../helpers/http-server.ts';
import { testLog } from '../../helpers/log.ts';

const TOKEN = 'planted-token-9c1b';

/** What axios throws for a request with the token, as deep as axios puts it. */
const axiosError = async (): Promise<Error> => {
  await using server = await startHttpServer();
  server.answers({ status: 401, headers: { 'x-echo': TOKEN }, body: { detail: TOKEN } });
  const request = axios.get(`${server.url}/v2/usercollection/sleep`, {
    headers: { Authorization: `Bearer ${TOKEN}` },
    params: { access_token: TOKEN },
    proxy: false,
  });
  return await request.then(
    () => {
      throw new Error('The server accepted');
    },
    (error: unknown) => error as Error,
  );
};

test('logs one JSON object per line, with service, level, message and fields', () => {
  const { console, lines } = testLog();
  const log = createLog('worker', console);
  log.info('Settled', { run_id: 'run', stored: ['2026-03-10'], counts: { stored: 1 } });
  log.warn('Careful');
  expect(lines()).toEqual([
    expect.objectContaining({
      level: 'INFO',
      service: 'worker',
      message: 'Settled',
      run_id: 'run',
      stored: ['2026-03-10'],
      counts: { stored: 1 },
    }),
    expect.objectContaining({ level: 'WARN', message: 'Careful' }),
  ]);
});

test('writes any content on one line', () => {
  const { console, text } = testLog();
  createLog('worker', console).info('one\ntwo', { run_id: 'three\r\nfour' });
  expect(text().trimEnd().split('\n')).toHaveLength(1);
});

test('adds its fields to every line, and to no line of another logger', () => {
  const { console, lines } = testLog();
  const log = createLog('planner', console);
  const ofRun = log.with({ run_id: 'run' }).with({ attempt: 2 });
  ofRun.info('one');
  ofRun.error('two', { date: '2026-03-10' });
  log.info('three');
  expect(lines()[0]).toMatchObject({ run_id: 'run', attempt: 2 });
  expect(lines()[1]).toMatchObject({ run_id: 'run', attempt: 2, date: '2026-03-10' });
  expect(lines()[2]).not.toHaveProperty('run_id');
});

test.each(['warn', 'error'] as const)(
  '%s logs only the class, sentence and retryability of an error',
  (level) => {
    const { console, lines } = testLog();
    const error = Object.assign(new MalformedMessage('too far'), { hrv: 48 });
    createLog('worker', console)[level]('It failed', {}, error);
    expect(lines()[0]?.['error']).toEqual({ name: 'MalformedMessage', message: 'too far', retryable: false });
  },
);

test('logs an axios error without the token that it carries', async () => {
  const error = await axiosError();
  // Control: the error does carry it.
  expect(JSON.stringify(error)).toContain(TOKEN);
  const { console, text } = testLog();
  const log = createLog('worker', console);
  log.error('It failed', {}, error);
  log.warn('It failed', {}, new Error('wrapped', { cause: error }));
  log.with({ run_id: 'run' }).error('It failed', {}, Object.assign(new Error('around'), { inner: error }));
  expect(text()).toContain('AxiosError');
  expect(text()).not.toContain(TOKEN);
});

test.each([undefined, null, 'thrown text', { token: TOKEN }])(
  '%j thrown in place of an error is not written out',
  (thrown) => {
    const { console, text } = testLog();
    createLog('worker', console).error('It failed', {}, thrown);
    expect(text()).not.toContain('thrown text');
    expect(text()).not.toContain(TOKEN);
  },
);

test('cuts a long message', () => {
  const { console, lines } = testLog();
  createLog('worker', console).error('It failed', {}, new MalformedMessage('x'.repeat(5000)));
  expect(lines()[0]).toHaveProperty('error.message', 'x'.repeat(300));
});
