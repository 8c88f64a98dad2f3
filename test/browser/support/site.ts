import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { PROOF } from '../../../services/dashboard/server/api.ts';
import { type Served, serveDashboard } from '../../../services/dashboard/server/serve.ts';
import { tablesState } from '../../../services/local/data-folder/tables.ts';
import type { LocalRuntime } from '../../../services/local/start.ts';
import { PACE } from '../../../services/operations/redrive/follow-redrive.ts';
import { createLifter } from '../../../services/ring-simulator/sleeper/lifter.ts';
import type { Scenario } from '../../../services/ring-simulator/sleeper/scenario.ts';
import { type RingSimulator, startRingSimulator } from '../../../services/ring-simulator/start.ts';
import { createWorkouts } from '../../../shared/aws/store/workouts.ts';
import { addDays, daysFrom } from '../../../shared/core/day.ts';
import type { RunInput } from '../../../shared/core/messages.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import { type TestClock, testClock } from '../../helpers/clock.ts';
import { temporaryDataDir } from '../../helpers/command.ts';
import { openSession, type PageSession } from '../../helpers/page-session.ts';
import { RUNNING, situationOf } from '../../helpers/situation.ts';
import { startLocalRun } from '../../helpers/start-run.ts';
import { STANDING_CLOCK, startPipeline, TIME_ZONE, TODAY } from '../../reliability/support/pipeline.ts';

/** A pipeline with its page, on one data folder and with a simulated ring. */
export interface Site {
  readonly url: string;
  /** Returns a new address that opens the page once. */
  address(): string;
  /** The headers of a session, for requests without a browser. */
  readonly headers: PageSession['headers'];
  readonly dataDir: string;
  /** Bundles the page, as npm start does after its first run. */
  prepare(): Promise<void>;
  readonly runtime: LocalRuntime;
  /** Of the ring, the pipeline and the page. It moves only when a test moves it. */
  readonly clock: TestClock;
  readonly ring: RingSimulator;
  /** Stores the workouts of the ring's wearer up to today, which depend on sleep. */
  train(days: number): Promise<void>;
  /** Stops the server of the page alone, and returns how to start it again at its port. With another key, all sessions are over. */
  stopServer(): Promise<(cookieKey?: string) => Promise<void>>;
  /** Runs the pipeline once. */
  sync(input?: Partial<RunInput>): Promise<void>;
  stop(): Promise<void>;
}

/** The seed of the sleeper and the lifter. */
const RING_SEED = 1;

/** The session of each open site, by its address. */
const sessions = new Map<string, PageSession>();

let runs = 0;

/** @param latencyMs the delay of each response of the ring */
export const openSite = async ({
  scenario = 'steady',
  latencyMs = 0,
  nextSync,
}: {
  scenario?: Scenario;
  latencyMs?: number;
  nextSync?: Date;
} = {}): Promise<Site> => {
  const folder = await temporaryDataDir();
  const clock = testClock(new Date(STANDING_CLOCK.now()).toISOString());
  const ring = await startRingSimulator({
    timeZone: TIME_ZONE,
    clock,
    seed: RING_SEED,
    scenario,
    latencyMs,
  });
  const runtime = await startPipeline({ dataDir: folder.path, clock, baseUrl: ring.url });
  const serve = (port: number, cookieKey = 'c'.repeat(64)): Promise<Served> =>
    serveDashboard(
      {
        ...runtime.clients,
        outputs: runtime.outputs,
        clock,
        source: 'a test',
        simulated: true,
        situation: async () => situationOf(RUNNING, { nextRun: nextSync?.toISOString() ?? null }),
        readOnly: undefined,
        explain: () => undefined,
        tablesState: () => tablesState(folder.path),
        lookMs: 100,
        pace: PACE.local,
      },
      { cookieKey, tokenKey: 't'.repeat(64) },
      port,
    );
  let page = await serve(0);
  const session = await openSession(page.address());
  sessions.set(page.url, session);
  return {
    url: page.url,
    address: () => page.address(),
    headers: session.headers,
    dataDir: folder.path,
    prepare: () => page.prepare(),
    runtime,
    clock,
    ring,
    train: async (days) => {
      const lifter = createLifter({ seed: RING_SEED, timeZone: TIME_ZONE });
      const { dynamodb } = runtime.clients;
      await createWorkouts(dynamodb, LOGICAL_ID.workoutsTable).put(
        daysFrom(addDays(TODAY, 1 - days), TODAY).flatMap((day) => lifter.sets(day)),
      );
    },
    stopServer: async () => {
      await page.stop();
      return async (cookieKey) => {
        page = await serve(Number(new URL(page.url).port), cookieKey);
      };
    },
    sync: async (input = {}) => {
      const name = `test-${++runs}`;
      await startLocalRun(runtime, name, { trigger: 'manual', ...input });
      await runtime.waitForExecution(name);
    },
    stop: async () => {
      await page.stop();
      await runtime.stop();
      await ring.stop();
      await folder.remove();
    },
  };
};

/** The browser that `npm run test:browser` found. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    // Chromium's sandbox does not work as root in a container without user namespaces.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });

/** Opens a page of a site with its session and collects its errors, console errors and violations of the Content-Security-Policy. */
export interface Watched {
  readonly page: Page;
  readonly complaints: string[];
}

export const openPage = async (
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Watched> => {
  const { origin } = new URL(address);
  const { cookie, [PROOF]: proof } = sessions.get(origin)?.headers ?? { cookie: '', [PROOF]: '' };
  const context = await browser.newContext({
    viewport: { width: 1200, height: 900 },
    locale: 'en-GB',
    storageState: { cookies: [], origins: [{ origin, localStorage: [{ name: PROOF, value: proof }] }] },
    ...options,
  });
  const [name = '', value = ''] = cookie.split(/=(.*)/);
  await context.addCookies([{ url: origin, name, value, httpOnly: true, sameSite: 'Strict' }]);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(address);
  return { page, complaints };
};
