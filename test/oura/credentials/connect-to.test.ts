import http from 'node:http';
import tls from 'node:tls';
import { expect, test } from '@jest/globals';
import { connectTo } from '../../../shared/oura/credentials/connect-to.ts';
import { SELF_SIGNED, startTlsServer } from '../../helpers/socket-server.ts';

test('is not connected by the handshake with an https proxy, which opens no tunnel', async () => {
  const trusted = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...trusted, SELF_SIGNED]);
  await using proxy = await startTlsServer(() => {});
  const restore = http.setGlobalProxyFromEnv({ https_proxy: `https://localhost:${proxy.port}` });
  try {
    await expect(connectTo(new URL('https://oura.test'), 300)).rejects.toThrow('too long');
    expect(proxy.received()).toMatch(/^CONNECT oura\.test:443 /);
  } finally {
    restore();
    tls.setDefaultCACertificates(trusted);
  }
});
