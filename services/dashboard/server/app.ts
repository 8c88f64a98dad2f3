import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { accepts } from 'hono/accepts';
import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import { secureHeaders } from 'hono/secure-headers';
import { streamSSE } from 'hono/streaming';
import { number, object, type Schema, string, ValidationError } from 'yup';
import { createNewestNight } from '../../../shared/aws/store/latest-day.ts';
import { checkDateRange, RunInputInvalid } from '../../../shared/core/date-range.ts';
import type { Day, DayRange } from '../../../shared/core/day.ts';
import { daySchema } from '../../../shared/core/day-schema.ts';
import { describeError } from '../../../shared/core/errors.ts';
import type { TrainingMetric } from '../../../shared/core/metrics.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import type { SleepMeasure } from '../../../shared/core/sleep-measures.ts';
import { STORED_UNITS, UNIT_CHOICES } from '../../../shared/core/units.ts';
import { readGap, sleeperTodayOf } from '../../operations/gaps/read-gaps.ts';
import { openLedger } from '../../operations/ledger.ts';
import { MoveUnderWay } from '../../operations/redrive/move-messages.ts';
import { outputOf, timeZoneOf } from '../../operations/stack.ts';
import { watchPipeline } from '../../operations/status/watch-pipeline.ts';
import {
  EARLIEST,
  LATEST,
  type OverviewAnswer,
  type PipelineAnswer,
  type PointsAnswer,
  type RangesAnswer,
  type RareNightsAnswer,
  type WorkAnswer,
} from './api.ts';
import { type Bundle, bundlePage } from './bundle-page.ts';
import type { DashboardStack } from './dashboard-stack.ts';
import { DOWNLOAD_FORMATS, download } from './download.ts';
import { BadRequest, ReadOnly } from './errors.ts';
import { guard } from './guard.ts';
import { createInsights } from './insights-of-stack.ts';
import { PLOT_STYLE_HASH, pageShell } from './page-shell.ts';
import { contextOf, firstKnown, readCalendar } from './read-calendar.ts';
import { readNight } from './read-night.ts';
import { readNights } from './read-nights.ts';
import { rangesOf, regularityOf } from './read-ranges.ts';
import { type PageKeys, type SessionEnv, session } from './session.ts';
import { createStoredNights } from './stored-nights.ts';
import { createWork, MOST_DAYS } from './work.ts';

const rangeSchema = object({ from: daySchema().required(), to: daySchema().required() }).required();
const nightSchema = object({ date: daySchema().required() }).required();
const calendarSchema = object({ year: number().integer().min(1900).max(9999).required() }).required();
const openRange = { from: daySchema(), to: daySchema() };
const exportSchema = object({ ...openRange, format: string().oneOf(DOWNLOAD_FORMATS).required() }).required();
const unitsSchema = object({
  clock: string().oneOf(UNIT_CHOICES.clock).default(STORED_UNITS.clock),
  temperature: string().oneOf(UNIT_CHOICES.temperature).default(STORED_UNITS.temperature),
  weight: string().oneOf(UNIT_CHOICES.weight).default(STORED_UNITS.weight),
}).required();
const insightsSchema = object(openRange).required();
const rangesSchema = object({
  ...openRange,
  by: string<RangesAnswer['by']>().oneOf(['night', 'week', 'month', 'weekday']),
}).required();
const pointsSchema = object({
  ...openRange,
  direction: string().oneOf(['sleep_to_training', 'training_to_sleep']).required(),
  sleep_metric: string<SleepMeasure>().required(),
  training_metric: string<TrainingMetric>().required(),
  lag_days: number().integer().required(),
}).required();
const syncSchema = object(openRange).noUnknown().strict().required();

/** The page sends at most two dates. */
const MOST_BODY_BYTES = 10_000;

const checkRange = (range: DayRange, most?: number): void => {
  if ([range.from, range.to].some((day) => day && (day < EARLIEST || day > LATEST))) {
    throw new BadRequest(`Invalid date: use dates from ${EARLIEST} to ${LATEST}.`);
  }
  checkDateRange(range, { ...(most && { most }) });
};

/** The page and its data. Downloads go to a file, and the event stream must not wait for a block to be full. */
const COMPRESSED = /^(text\/(html|css|javascript)|application\/json)\b/;

/** The browser may run our script, use our style and Plot's, and connect to this server. Nothing else. */
const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", PLOT_STYLE_HASH],
    imgSrc: ['data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  crossOriginResourcePolicy: 'same-origin',
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  // The page is served on loopback without TLS.
  strictTransportSecurity: false,
});

const limit = bodyLimit({
  maxSize: MOST_BODY_BYTES,
  onError: (context) => context.json({ error: 'The body is too long.' }, 413),
});

/** RFC 9112 §6.3: a request without a length that is not chunked has no body. Reading one anyway throws in undici. */
const hasBody = ({ req }: Context): boolean => req.header('content-length') !== undefined;

const boundBody: MiddlewareHandler = async (context, next) => {
  // To limit a chunked body, Hono would replace Node's global Request, which this process keeps (serve.ts).
  if (context.req.header('transfer-encoding') !== undefined)
    return context.json({ error: 'Send the body with a Content-Length.' }, 411);
  return hasBody(context) ? limit(context, next) : next();
};

const statusOf = (error: Error): 400 | 409 | 500 => {
  if (error instanceof BadRequest || error instanceof RunInputInvalid || error instanceof ValidationError)
    return 400;
  if (error instanceof ReadOnly || error instanceof MoveUnderWay) return 409;
  return 500;
};

/** One sentence for the page, without health values and without the content of the request. */
const sentenceOf = (error: unknown): string => {
  if (error instanceof ValidationError)
    return `Invalid request: ${error.path || 'the whole request'} is invalid.`;
  return describeError(error).message;
};

/**
 * The page and its API.
 * @param port returns the port of the server, which the Host header must name
 * @param stopping aborts when the server stops
 */
export const createDashboard = (
  stack: DashboardStack,
  keys: PageKeys,
  port: () => number,
  stopping: AbortSignal,
): Hono<SessionEnv> => {
  const app = new Hono<SessionEnv>();
  const ledger = openLedger(stack);
  const newestNight = createNewestNight(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable));
  const pipeline = watchPipeline(stack, stack.situation);
  const gapsOfState = async () => contextOf(stack, await pipeline.state());
  const storedNights = createStoredNights(ledger.sleepTable, stack.tablesState);
  const insights = createInsights(stack, storedNights);
  const explain = (error: unknown): string => stack.explain(error) ?? sentenceOf(error);
  const work = createWork(stack, explain, stopping);
  const pipelineAnswer = async (): Promise<PipelineAnswer> => {
    const [state, today] = await Promise.all([pipeline.read(), sleeperTodayOf(stack)]);
    return { ...state, today, work: work.list() };
  };
  let bundle: Promise<Bundle> | undefined;
  const bundled = () => {
    bundle ??= bundlePage();
    return bundle;
  };

  app.use(compress({ contentTypeFilter: COMPRESSED }));
  app.use(headers);
  // Health data is never cached. A file whose name contains a hash never changes.
  app.use(async (context, next) => {
    await next();
    const isAsset = context.req.path.startsWith('/assets/') && context.res.ok;
    context.header('cache-control', isAsset ? 'max-age=31536000, immutable' : 'no-store');
  });
  app.use(guard(port));
  app.use(session(keys, port));
  app.post('/api/*', boundBody);

  app.get('/', async (context) => {
    const shell = pageShell(await bundled(), context.get('proof'));
    // Longer ranges would wait for them, a second for ten years. If the read fails, they report it. AWS charges for each.
    if (stack.tablesState() !== undefined) void storedNights().catch(() => {});
    return context.html(shell);
  });
  app.get('/assets/:name', async (context) => {
    const asset = (await bundled()).assets.get(`assets/${context.req.param('name')}`);
    if (!asset) return context.notFound();
    const { type, body, brotli } = asset;
    return accepts(context, { header: 'Accept-Encoding', supports: ['br'], default: '' }) === 'br'
      ? context.body(brotli, 200, { 'content-type': type, 'content-encoding': 'br', vary: 'Accept-Encoding' })
      : context.body(body, 200, { 'content-type': type });
  });

  app.get('/api/overview', async (context) => {
    const [state, newest] = await Promise.all([pipeline.state(), newestNight.get()]);
    const gaps = await contextOf(stack, state);
    const { today } = gaps;
    const answer: OverviewAnswer = {
      source: stack.source,
      simulated: stack.simulated,
      time_zone: timeZoneOf(stack),
      today,
      newest: newest ?? null,
      missing: newest === today ? null : await readGap(ledger, today, gaps),
      next_sync: state.nextRun,
      script: await bundled().then(
        ({ script }) => script,
        () => null,
      ),
      read_only: stack.readOnly ?? null,
      problems: state.problems,
    };
    return context.json(answer);
  });

  app.get('/api/nights', async (context) => {
    const range = parse(rangeSchema, context.req.query());
    checkRange(range, MOST_DAYS);
    return context.json(await readNights(ledger.sleepTable, range.from, range.to));
  });

  app.get('/api/nights/:date', async (context) => {
    const { date } = parse(nightSchema, context.req.param());
    checkRange({ from: date, to: date });
    const newest = (await newestNight.get()) ?? date;
    const gapOn = async (day: Day) => readGap(ledger, day, await gapsOfState());
    return context.json(await readNight(ledger.sleepTable, date, newest, gapOn));
  });

  app.get('/api/ranges', async (context) => {
    const query = parse(rangesSchema, context.req.query());
    checkRange(query);
    return context.json(
      rangesOf(
        (await storedNights()).map(({ metrics }) => metrics),
        query,
      ),
    );
  });
  app.get('/api/regularity', async (context) => {
    const range = parse(insightsSchema, context.req.query());
    checkRange(range);
    return context.json(regularityOf((await insights.read({})).measures, range));
  });

  app.get('/api/calendar', async (context) => {
    const { year } = parse(calendarSchema, context.req.query());
    const state = await pipeline.state();
    return context.json(await readCalendar(await contextOf(stack, state), ledger, year, firstKnown(state)));
  });

  app.get('/api/export', async (context) => {
    const query = parse(exportSchema, context.req.query());
    checkRange(query);
    return download(ledger.sleepTable, query);
  });

  app.get('/api/insights', async (context) => {
    const range = parse(insightsSchema, context.req.query());
    checkRange(range);
    return context.json(await insights.read(range, parse(unitsSchema, context.req.query())));
  });
  app.get('/api/rare-nights', async (context) => {
    const rare_nights = await insights.rareNights(parse(unitsSchema, context.req.query()));
    const answer: RareNightsAnswer = { rare_nights };
    return context.json(answer);
  });
  app.get('/api/insights/points', async (context) => {
    const { from, to, direction, ...pair } = parse(pointsSchema, context.req.query());
    checkRange({ from, to });
    const points = await insights.points({ from, to }, direction, pair);
    if (!points) throw new BadRequest('The insights do not contain this pair.');
    const answer: PointsAnswer = { points };
    return context.json(answer);
  });

  app.get('/api/pipeline', async (context) => context.json(await pipelineAnswer()));
  app.get('/api/pipeline/events', (context) =>
    streamSSE(context, async (stream) => {
      let sent = '';
      while (!stream.aborted && !stream.closed) {
        // A failed read does not end the stream: the page shows the error, and the next read may succeed.
        const event = await pipelineAnswer().then(
          (answer) => ({ event: 'pipeline', data: JSON.stringify(answer) }),
          (error: unknown) => ({
            event: 'trouble',
            data: JSON.stringify({ error: explain(error) }),
          }),
        );
        if (event.data !== sent) await stream.writeSSE(event);
        sent = event.data;
        await stream.sleep(stack.lookMs);
      }
    }),
  );

  app.post('/api/sync', async (context) => {
    const range = parse(syncSchema, await bodyOf(context));
    checkRange(range);
    const answer: WorkAnswer = await work.sync(range);
    return context.json(answer, 202);
  });
  app.post('/api/redrive', (context) => {
    const answer: WorkAnswer = work.redrive();
    return context.json(answer, 202);
  });

  app.notFound((context) => context.json({ error: 'Not found.' }, 404));
  app.onError((error, context) => {
    const explained = stack.explain(error);
    return explained === undefined
      ? context.json({ error: sentenceOf(error) }, statusOf(error))
      : context.json({ error: explained }, 503);
  });
  return app;
};

const parse = <T>(schema: Schema<T>, value: unknown): T => schema.validateSync(value);

const bodyOf = async (context: Context): Promise<unknown> => {
  if (!hasBody(context)) return {};
  const text = await context.req.text();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new BadRequest('The body is not JSON.');
  }
};
