import { writeFileSync } from 'node:fs';
import { freshDataFolder, runCommand, startCommand } from '../helpers/command.ts';
import { OURA_TEST_CERT, startConnectProxy } from '../helpers/connect-proxy.ts';
import { freshConnectedRing } from '../helpers/connected-ring.ts';

const oura = freshConnectedRing();
const dataDir = freshDataFolder();
const OURA = 'https://oura.test';

test('proxy variables route every request to Oura, and none to this machine', async () => {
  await using proxy = await startConnectProxy(oura.ring.url);
  const env = {
    OURA_API_BASE_URL: OURA,
    NODE_EXTRA_CA_CERTS: OURA_TEST_CERT,
    HTTPS_PROXY: proxy.url,
    HTTP_PROXY: proxy.url,
  };
  // Expired, so that the run sends the refresh token too.
  const grant = oura.grant({ token_url: `${OURA}/oauth/v2/ext/oauth-token`, expires_at: 1_700_000_000 });
  const file = `${dataDir.path}.grant`;
  writeFileSync(file, JSON.stringify(grant), { mode: 0o600 });
  const connected = await runCommand(['connect', '--import', file, ...dataDir.option], env);
  expect(connected).toMatchObject({ code: 0, stdout: expect.stringContaining('Stored') });

  const start = startCommand(['start', '--days', '1', ...dataDir.option], env);
  await start.printed('Next sync');
  const doctor = await runCommand(['doctor', '--format', 'json', ...dataDir.option], {
    ...env,
    NODE_USE_ENV_PROXY: '1',
  });
  start.process.kill('SIGTERM');
  const { code, stdout } = await start.ended;
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('1 night written') });
  expect(oura.ring.oauth.tokenCalls).toMatchObject([{ grantType: 'refresh_token', status: 200 }]);
  const found: { check: string; finding: string }[] = JSON.parse(doctor.stdout);
  expect(found).toContainEqual(expect.objectContaining({ check: 'process', state: 'ok' }));
  expect(found).toContainEqual(
    expect.objectContaining({
      check: 'proxy',
      finding: expect.stringContaining(`${proxy.url} (HTTPS_PROXY)`),
    }),
  );
  expect(found).toContainEqual(expect.objectContaining({ check: 'Oura', state: 'ok' }));
  expect(new Set(proxy.asked)).toEqual(new Set(['oura.test:443']));
});
