import {
  type Collection,
  type Endpoint,
  FIELDS,
  pathOf,
  type RawRecord,
} from '../../../shared/core/collections.ts';
import { addDays, type Day } from '../../../shared/core/day.ts';
import { createOuraClient, readId, readPage } from '../../../shared/oura/api/client.ts';
import { createGet, type Get, type HttpOptions } from '../../../shared/oura/api/http.ts';
import { isObject } from '../../../shared/oura/api/interpret-response.ts';
import { isDenial, OuraFailure, OuraRejected } from '../../../shared/oura/errors.ts';
import { checkRange, REFERENCE_DAYS, windowToTest } from './check-range.ts';
import { checkRecords } from './check-records.ts';
import { type Finding, showName } from './finding.ts';

const COLLECTIONS = Object.keys(FIELDS) as Collection[];

/** Whose records are compared. */
export interface Source {
  readonly kind: 'account' | 'sandbox';
  readonly baseUrl: string;
  readonly accessToken: string;
  readonly today: Day;
}

/** The result for one endpoint. */
export interface Compared {
  readonly endpoint: Endpoint;
  /** How many records came. */
  readonly records: number;
  readonly findings: readonly Finding[];
  /** Oura denied it (401, 403). */
  readonly denial?: OuraFailure;
}

/** For two requests to each collection, at once. */
const TIMEOUT_MS = 60_000;

/** 33 days of a collection fit on one page of Oura's. */
const MOST_PAGES = 20;

const httpOptions = ({ kind, baseUrl, accessToken }: Source): HttpOptions => {
  const deadline = performance.now() + TIMEOUT_MS;
  return {
    baseUrl,
    accessToken: async () => accessToken,
    timeLeft: () => deadline - performance.now(),
    retries: 1,
    ...(kind === 'sandbox' && { path: (endpoint) => pathOf(endpoint).replace('/v2/', '/v2/sandbox/') }),
  };
};

/** Text that is no JSON is of a proxy or a hotel's network: Oura was not reached. */
const anyJson = (json: unknown) => (json === undefined ? undefined : { body: json });

/** Requests the whole records of the last weeks, without `fields`, which would hide new ones. */
const readWhole = async (
  get: Get,
  collection: Collection,
  today: Day,
): Promise<{ records: readonly unknown[]; findings: readonly Finding[] }> => {
  const range = {
    start_date: addDays(today, -REFERENCE_DAYS.before),
    end_date: addDays(today, REFERENCE_DAYS.after),
  };
  const records: unknown[] = [];
  const newNames = new Set<string>();
  let next: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const params = next === null ? range : { ...range, next_token: next };
    const { body } = await get(collection, { params, read: anyJson });
    const page = readPage(body);
    if (page === undefined || !isObject(body)) {
      const finding = 'the response is not an object with the list `data` and the text or null `next_token`';
      return { records, findings: [{ kind: 'changed', subject: collection, finding }] };
    }
    records.push(...page.data);
    for (const name of Object.keys(body)) if (name !== 'data' && name !== 'next_token') newNames.add(name);
    next = page.next;
    if (next === null) break;
  }
  const findings = [...newNames].map((name): Finding => {
    return { kind: 'new', subject: collection, finding: `the response also has ${showName(name)}` };
  });
  if (next !== null) {
    const finding = `the records after the first ${MOST_PAGES} pages: \`next_token\` leads to more`;
    findings.push({ kind: 'not checked', subject: collection, finding });
  }
  return { records, findings };
};

/** Whether `fields` returns what it names, and nothing else. */
const checkProjection = (
  collection: Collection,
  whole: readonly RawRecord[],
  projected: readonly RawRecord[],
): Finding[] => {
  if (projected.length === 0) return [];
  const namesOf = (records: readonly RawRecord[]) => new Set(records.flatMap(Object.keys));
  const [sent, asked] = [namesOf(whole), namesOf(projected)];
  const lacking = FIELDS[collection].filter((name) => sent.has(name) && !asked.has(name));
  const isIgnored = [...asked].some((name) => !FIELDS[collection].includes(name));
  return [
    ...lacking.map((name): Finding => {
      const finding = 'is not returned when `fields` names it';
      return { kind: 'changed', subject: `${collection}.${name}`, finding };
    }),
    ...(isIgnored
      ? [
          {
            kind: 'changed' as const,
            subject: collection,
            finding: 'returns other fields than `fields` names: responses are larger',
          },
        ]
      : []),
  ];
};

/** Sends the requests of the pipeline for a few days, and compares the response with the whole records around them. */
const compareRange = async (
  options: HttpOptions,
  collection: Collection,
  whole: readonly RawRecord[],
  today: Day,
): Promise<Finding[]> => {
  const window = windowToTest(collection, whole, today);
  const received: RawRecord[] = [];
  for await (const page of createOuraClient(options).pages(collection, window)) {
    received.push(...page.filter(isObject));
  }
  return [
    ...checkProjection(collection, whole, received),
    ...checkRange(collection, whole, window, received),
  ];
};

/** What is known so far of an endpoint. It outlasts a request that fails. */
interface Progress {
  records: number;
  readonly findings: Finding[];
}

/** Compares what the code reads of a collection. */
const compareCollection = async (
  { kind, today }: Source,
  options: HttpOptions,
  collection: Collection,
  progress: Progress,
): Promise<void> => {
  const { findings } = progress;
  const { records, findings: ofBody } = await readWhole(createGet(options), collection, today);
  findings.push(...ofBody);
  if (records.length === 0 && !ofBody.some(({ kind: found }) => found === 'changed')) {
    const finding = `there are no records of the last ${REFERENCE_DAYS.before} days`;
    findings.push({ kind: 'not checked', subject: collection, finding });
  }
  if (records.length === 0) return;
  progress.records = records.length;
  findings.push(...checkRecords(collection, records, today));
  if (kind === 'account') {
    findings.push(...(await compareRange(options, collection, records.filter(isObject), today)));
  }
};

/** Compares the owner's record. Only its id is read. */
const comparePersonalInfo = async (options: HttpOptions, progress: Progress): Promise<void> => {
  const { body } = await createGet(options)('personal_info', { read: anyJson });
  progress.records = 1;
  if (readId(body) === undefined) {
    progress.findings.push({ kind: 'changed', subject: 'personal_info.id', finding: 'must be text' });
  }
};

/** Runs `work`, whose failures at Oura are findings. */
const compareEndpoint = async (
  source: Source,
  endpoint: Endpoint,
  work: (progress: Progress) => Promise<void>,
): Promise<Compared> => {
  const progress: Progress = { records: 0, findings: [] };
  const failed = (kind: Finding['kind'], finding: string) =>
    progress.findings.push({ kind, subject: endpoint, finding });
  try {
    await work(progress);
    return { endpoint, ...progress };
  } catch (error: unknown) {
    if (isDenial(error)) {
      if (source.kind === 'account') failed('not checked', error.message);
      else failed('not reached', `the sandbox asks for credentials (${error.status})`);
      return { endpoint, ...progress, denial: error };
    }
    if (!(error instanceof OuraFailure)) throw error;
    failed(error instanceof OuraRejected ? 'changed' : 'not reached', error.message);
    return { endpoint, ...progress };
  }
};

/** Compares every endpoint that a night needs. A failure of a request is a finding. */
export const compare = (source: Source): Promise<Compared[]> => {
  const options = httpOptions(source);
  const collections = COLLECTIONS.map((collection) =>
    compareEndpoint(source, collection, (progress) =>
      compareCollection(source, options, collection, progress),
    ),
  );
  // The sandbox has no personal_info.
  return source.kind === 'sandbox'
    ? Promise.all(collections)
    : Promise.all([
        ...collections,
        compareEndpoint(source, 'personal_info', (progress) => comparePersonalInfo(options, progress)),
      ]);
};
