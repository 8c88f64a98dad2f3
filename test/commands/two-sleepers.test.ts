import { serviceName } from '../../services/cli/service/service-name.ts';
import { nightsIn, type Running, runCommand, startCommand, temporaryDataDir } from '../helpers/command.ts';
import { openSession } from '../helpers/page-session.ts';
import { runtimeOf } from '../helpers/runtime-of.ts';
import { signedCall } from '../helpers/signed-call.ts';

const AT_NOON = ['--now', '2026-03-10T12:00:00-07:00'];

test('two sleepers on one machine have folders, services, ports, keys and sessions of their own', async () => {
  const folders = [await temporaryDataDir(), await temporaryDataDir()] as const;
  const sleepers = folders.map((folder, index) => ({
    folder,
    seed: String(index + 1),
    zone: ['Europe/Helsinki', 'Pacific/Auckland'][index] ?? '',
  }));
  const running: Running[] = [];
  try {
    // The page has its default port, which only one of them can have.
    for (const { folder, seed, zone } of sleepers)
      running.push(
        startCommand(['start', ...AT_NOON, '--seed', seed, '--time-zone', zone, ...folder.option]),
      );
    await Promise.all(running.map((each) => each.printed('Next sync')));
    const [one, other] = folders.map(({ path }) => runtimeOf(path));
    if (!one?.page || !other?.page) throw new Error('They serve no page');
    expect(one.endpoint).not.toBe(other.endpoint);
    expect(one.page.url).not.toBe(other.page.url);
    expect(serviceName(folders[0].path)).not.toBe(serviceName(folders[1].path));

    const call = (url: string, keys: typeof one) =>
      signedCall({ url, keys }, 'DynamoDB_20120810.ListTables', '{}');
    const statuses = await Promise.all([
      call(one.endpoint, one),
      call(other.endpoint, one),
      call(one.endpoint, other),
      call(other.endpoint, other),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([200, 403, 403, 200]);

    for (const [index, { folder, zone }] of sleepers.entries()) {
      const { stdout } = await runCommand(['dashboard', ...folder.option]);
      const { url, headers } = await openSession(/http:\S+/.exec(stdout)?.[0] ?? '');
      expect(url).toBe([one, other][index]?.page?.url);
      const overview = await fetch(`${url}/api/overview`, { headers });
      expect(await overview.json()).toMatchObject({
        source: `the data folder ${folder.path}`,
        time_zone: zone,
      });
      const elsewhere = [other, one][index]?.page?.url;
      const renamed = headers.cookie.replaceAll(/\d+(?==)|(?<==)\d+/g, new URL(elsewhere ?? '').port);
      for (const cookie of [headers.cookie, renamed])
        expect((await fetch(`${elsewhere}/api/overview`, { headers: { ...headers, cookie } })).status).toBe(
          401,
        );
    }

    const nights = await Promise.all(folders.map((folder) => nightsIn(folder)));
    running[0]?.process.kill('SIGINT');
    expect((await running[0]?.ended)?.code).toBe(0);
    const status = await runCommand(['status', '--format', 'json', ...folders[1].option]);
    expect(JSON.parse(status.stdout)).toMatchObject({ nights: { stored: nights[1].length } });
    expect(await nightsIn(folders[0])).toEqual(nights[0]);
    expect(nights[0]).not.toEqual(nights[1]);
  } finally {
    for (const each of running) each.process.kill('SIGINT');
    await Promise.all(running.map(({ ended }) => ended));
    await Promise.all(folders.map((folder) => folder.remove()));
  }
});
