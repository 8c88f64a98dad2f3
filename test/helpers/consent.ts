import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the user does on Oura's page. */
export interface Decision {
  /** @default allow */
  readonly decision?: 'allow' | 'deny';
  /** Scopes that the user unticks. */
  readonly untick?: readonly string[];
}

const attributeOf = (tag: string, name: string): string =>
  (new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? '').replace(/&#(\d+);/g, (_, code: string) =>
    String.fromCodePoint(Number(code)),
  );

/** Opens the consent page of the simulated Oura, submits its form, and returns the target of the redirect. */
export const decideAtOura = async (
  authorizeUrl: string,
  { decision = 'allow', untick = [] }: Decision = {},
): Promise<string> => {
  const html = await (await fetch(authorizeUrl)).text();
  const form = /<form[^>]*>/.exec(html)?.[0];
  if (form === undefined) throw new Error(`There is no form: ${html}`);
  const body = new URLSearchParams({ decision });
  for (const [input] of html.matchAll(/<input[^>]*>/g)) {
    const value = attributeOf(input, 'value');
    if (!untick.includes(value)) body.append(attributeOf(input, 'name'), value);
  }
  const action = new URL(attributeOf(form, 'action'), authorizeUrl);
  const reply = await fetch(action, { method: 'POST', body, redirect: 'manual' });
  const location = reply.headers.get('location');
  if (location === null) throw new Error(`Oura did not redirect: ${reply.status} ${await reply.text()}`);
  return location;
};

/** Finds a free port on 127.0.0.1. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};
