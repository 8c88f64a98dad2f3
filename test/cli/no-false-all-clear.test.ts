import { doctorExit, findingTable } from '../../services/cli/doctor/finding-table.ts';
import { checkLedger } from '../../services/cli/doctor/ledger.ts';
import { EXIT } from '../../services/cli/exit.ts';
import { gapsText } from '../../services/cli/print/gaps-text.ts';
import { statusTable } from '../../services/cli/print/status-table.ts';
import type { OverviewAnswer, PipelineAnswer } from '../../services/dashboard/server/api.ts';
import { serveDashboard } from '../../services/dashboard/server/serve.ts';
import { gapContext, gapsOf } from '../../services/operations/gaps/read-gaps.ts';
import { openLedger } from '../../services/operations/ledger.ts';
import { outputOf, type Stack, timeZoneOf } from '../../services/operations/stack.ts';
import { readNightsStatus } from '../../services/operations/status/nights-status.ts';
import {
  PROBLEM_IDS,
  type Problem,
  type ProblemId,
  readSyncState,
  type ServingProcess,
} from '../../services/operations/status/sync-state.ts';
import { createNewestNight } from '../../shared/aws/store/latest-day.ts';
import { daysFrom } from '../../shared/core/day.ts';
import { OUTPUT } from '../../shared/core/names.ts';
import { capitalized } from '../../shared/core/text.ts';
import { PAGE_KEYS, sendTo, shownOf } from '../dashboard/support/served.ts';
import { openStack, type TestStack } from '../helpers/dependencies.ts';
import { historyOf, NOW } from '../helpers/history.ts';
import { openSession } from '../helpers/page-session.ts';
import { workBody } from '../helpers/queues.ts';
import { PAGE, RUNNING, situationOf } from '../helpers/situation.ts';

let opened: TestStack;
let stack: Stack;
beforeAll(async () => {
  opened = await openStack();
  stack = { ...opened.raw, clock: opened.clock, outputs: opened.outputs };
});
beforeEach(async () => {
  await opened.clear();
  opened.clock.set(NOW);
  await beWell();
});
afterAll(() => opened.stop());

const { runs, runOf, store, beWell, fail } = historyOf(() => opened);
const OPTIONS = { dataDir: '.data' };

/** What the user sees, by the ways to look. */
const outputs = async (process: ServingProcess | null, folder: readonly Problem[]) => {
  const situation = situationOf(process, { folder });
  const state = await readSyncState(stack, situation);
  const nights = await readNightsStatus(stack, state);
  const context = await gapContext(stack, state);
  const findings = await checkLedger(stack, state, OPTIONS);
  const page = await serveDashboard(shownOf(opened, { situation: async () => situation }), PAGE_KEYS, 0);
  try {
    const { headers } = await openSession(page.address());
    const get = async <Answer>(path: string) =>
      JSON.parse((await sendTo(page.url, headers)(path)).body) as Answer;
    return {
      problems: state.problems,
      status: statusTable({ state, nights }, timeZoneOf(stack), situation.command),
      gaps: gapsText({ ...gapsOf(state, {}, context), context, state }, OPTIONS),
      doctor: findingTable(findings),
      exit: doctorExit(findings),
      page: [
        (await get<OverviewAnswer>('/api/overview')).problems,
        (await get<PipelineAnswer>('/api/pipeline')).problems,
      ],
    };
  } finally {
    await page.stop();
  }
};

const NO_GAPS = 'No gaps: every date that is over has a night.';

test('all is well if nothing is wrong', async () => {
  const { problems, status, gaps, doctor, exit, page } = await outputs(RUNNING, []);
  expect({ problems, gaps, exit, page }).toEqual({
    problems: [],
    gaps: NO_GAPS,
    exit: EXIT.settled,
    page: [[], []],
  });
  expect(doctor).toMatch(/\n0 problems, 0 warnings\.$/);
  // The table is all.
  expect(status.trimEnd().split('\n').at(-1)).toMatch(/^└─*┴─*┘$/);
});

const ago = (days: number) => Date.parse(NOW) - days * 86_400_000;
const checked = (at: string) => ({ run_id: 'r', attempts: 1, at: Date.parse(at), next_check_on: null });
/** A problem that only the files of a folder show. */
const ofFolder = (id: ProblemId, severity: Problem['severity'], summary: string): Problem => ({
  ...{ id, severity, summary, since: null, action: 'mend it', count: null },
});

interface Case {
  readonly id: ProblemId;
  readonly process: ServingProcess | null;
  readonly folder?: readonly Problem[];
  /** What happens to a folder that is well. */
  readonly happens?: () => Promise<unknown>;
}

const CASES: Readonly<Record<string, Case>> = {
  'failed dates wait, and nothing runs': {
    id: 'dates_waiting',
    process: null,
    happens: async () => {
      await fail('2026-03-01', 'failed');
      await opened.queues.send('work', workBody('run', '2026-03-01'));
    },
  },
  'messages wait for dates whose night is stored, and only a page runs': {
    id: 'dates_waiting',
    process: PAGE,
    happens: () => opened.queues.send('work', workBody('run', '2026-03-05')),
  },
  'a backfill has stopped': {
    id: 'dates_waiting',
    process: null,
    happens: async () => {
      await opened.startRun('stopped', { trigger: 'backfill' });
      await runs().open({ run_id: 'stopped', task_token: 'token', trigger: 'backfill' });
      await runs().plan('stopped', daysFrom('2025-01-01', '2025-12-31'));
    },
  },
  'nothing retries a failed date': {
    id: 'dates_failed',
    process: RUNNING,
    happens: () => fail('2026-01-05', 'failed'),
  },
  'a date is parked': {
    id: 'dates_parked',
    process: RUNNING,
    happens: async () => {
      await fail('2026-03-01', 'parked');
      await opened.queues.send('parked', workBody('run', '2026-03-01'));
    },
  },
  'only a malformed message is parked': {
    id: 'dates_parked',
    process: RUNNING,
    happens: () => opened.queues.send('parked', 'not a work message'),
  },
  'another reader holds the parked message': {
    id: 'dates_parked',
    process: null,
    happens: async () => {
      await opened.queues.send('parked', 'not a work message');
      await opened.queues.receive('parked');
    },
  },
  'the queue has deleted a parked message': {
    id: 'messages_expired',
    process: RUNNING,
    happens: () => fail('2026-01-01', 'parked', ago(60)),
  },
  'the table has lost a night': {
    id: 'nights_missing',
    process: RUNNING,
    happens: () =>
      createNewestNight(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable)).advance('2026-03-11'),
  },
  'Oura denies access': {
    id: 'reconnect_needed',
    process: RUNNING,
    happens: async () => {
      opened.clock.set('2026-03-10T13:00:00-07:00');
      await runOf([], { cause: 'CredentialsRejected' });
    },
  },
  'nothing has run for 90 days': {
    id: 'no_success',
    process: null,
    happens: async () => opened.clock.set('2026-06-08T12:30:00-07:00'),
  },
  'the daily run is late, and an extra run has stored the last night': {
    id: 'no_success',
    process: RUNNING,
    happens: async () => {
      opened.clock.set('2026-03-11T16:00:00-07:00');
      await store('2026-03-11');
      await runOf(['2026-03-11'], { trigger: 'webhook', settle: { stored: ['2026-03-11'] } });
    },
  },
  'last night has not arrived': {
    id: 'last_night_absent',
    process: RUNNING,
    happens: async () => {
      opened.clock.set('2026-03-11T13:00:00-07:00');
      await openLedger(stack).days.notOver('2026-03-11', checked('2026-03-11T09:00:00-07:00'));
    },
  },
  'a run stopped before it had chosen its dates': {
    id: 'incomplete_stop',
    process: null,
    happens: () => opened.startRun('unplanned', { trigger: 'manual' }),
  },
  'the clock was ahead': {
    id: 'clock_ahead',
    process: RUNNING,
    happens: async () => {
      opened.clock.set('2026-04-20T12:30:00-07:00');
      await runOf([]);
      opened.clock.set(NOW);
    },
  },
  'a file was damaged': {
    id: 'damaged_data',
    process: RUNNING,
    folder: [ofFolder('damaged_data', 'warning', '1 damaged file')],
  },
  'the log has a hole': {
    id: 'log_gap',
    process: RUNNING,
    folder: [ofFolder('log_gap', 'warning', 'the log lacks 3 lines')],
  },
  'the disk is full': {
    id: 'disk_full',
    process: RUNNING,
    folder: [ofFolder('disk_full', 'problem', 'the disk is nearly full')],
  },
};

test('every kind of problem is a case', () => {
  expect(new Set(Object.values(CASES).map(({ id }) => id))).toEqual(new Set(PROBLEM_IDS));
});

test.each(Object.entries(CASES))('nothing says that all is well: %s', async (_what, given) => {
  const { id, process, folder = [], happens = async () => {} } = given;
  await happens();
  const { problems, status, gaps, doctor, exit, page } = await outputs(process, folder);
  const problem = problems.find((each) => each.id === id);
  expect(problem).toBeDefined();
  const sentence = `${capitalized(problem?.summary ?? '')}.`;
  expect(status).toContain(sentence);
  expect(gaps).toContain(sentence);
  expect(gaps).not.toContain('No gaps');
  for (const shown of page) expect(shown).toContainEqual(problem);
  // Its check of the disk looks at the disk itself, not at the state.
  if (id === 'disk_full') return;
  expect(doctor).not.toContain('0 problems, 0 warnings');
  if (problem?.severity === 'warning') return;
  expect(doctor).not.toMatch(/\n0 problems/);
  expect(exit).toBe(EXIT.unsettled);
});
