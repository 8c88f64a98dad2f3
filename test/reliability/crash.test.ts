import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { readSettings } from '../../cdk/settings.ts';
import { openLocal } from '../../services/local/start.ts';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { OUTPUT } from '../../shared/core/names.ts';
import { temporaryDataDir } from '../helpers/command.ts';
import { report, secondsSince } from './support/figures.ts';
import { NOON, STANDING_CLOCK, TIME_ZONE } from './support/pipeline.ts';
import { chanceOf, SEED, wholeBetween } from './support/seed.ts';
import { comparable, outcomeOf, readTables, type Tables } from './support/tables.ts';
import { killIn, PHASES, type Phase, startVictim, type Way } from './support/victim.ts';

const DAYS = 60;
const KILLS = 50;
const KILLS_PER_FOLDER = 5;
/** Two folders at a time, one per core. */
const LANES: readonly Way[] = ['command', 'small batches'];
/** The delay of each response. It makes a run long enough to kill it at a chosen point. */
const LATENCY_MS = 150;
/** The largest delay of a kill after the start of a phase: about the duration of the phase. */
const LONGEST_MS: Record<Phase, number> = {
  starting: 1200,
  planning: 400,
  fetching: 400,
  storing: 500,
  settling: 200,
  'after the run': 200,
};
/** The phases to kill in, mostly those in which a date can be half done. */
const AIMS: readonly Phase[] = [
  ...PHASES,
  ...(['planning', 'fetching', 'fetching', 'storing', 'storing', 'settling', 'settling'] as const),
];

/** The contents of the data folder after its processes have ended. */
const inspect = async (dataDir: string): Promise<Tables & { executions: (string | undefined)[] }> => {
  const clock = clockFrom(NOON);
  const services = await openLocal({ settings: readSettings({}), dataDir, clock, secrets: {}, console });
  try {
    const { executions = [] } = await services.clients.sfn.send(
      new ListExecutionsCommand({ stateMachineArn: services.outputs[OUTPUT.syncRun] }),
    );
    return { ...(await readTables(services, clock)), executions: executions.map(({ status }) => status) };
  } finally {
    await services.stop();
  }
};

/** A data folder and the processes that use it one after another, each slightly later on its clock. */
const newFolder = async (way: Way) => {
  const dataDir = await temporaryDataDir();
  const clock = clockFrom(NOON);
  const ring = await startRingSimulator({
    timeZone: TIME_ZONE,
    clock: STANDING_CLOCK,
    seed: SEED,
    scenario: 'forgetful',
    latencyMs: LATENCY_MS,
    pageSize: 40,
  });
  return {
    path: dataDir.path,
    start: () => startVictim({ way, dataDir: dataDir.path, ring, now: clock.now(), days: DAYS }),
    [Symbol.asyncDispose]: async () => {
      await ring.stop();
      await dataDir.remove();
    },
  };
};

const undisturbed = async (): Promise<Tables> => {
  await using folder = await newFolder('command');
  expect(await folder.start().ended).toMatchObject({ code: 0, stderr: '' });
  // Awaited here because the folder is removed on return.
  return await inspect(folder.path);
};

test(`${KILLS} kills at random moments of a run leave the same tables as an undisturbed run`, async () => {
  const begun = performance.now();
  const expected = await undisturbed();
  expect(expected.days).toHaveLength(DAYS);
  const killedIn = new Map<Phase, number>(PHASES.map((phase) => [phase, 0]));
  let kills = 0;
  let lost = 0;

  const lane = async (way: Way): Promise<void> => {
    const chance = chanceOf(`kills, ${way}`);
    while (kills < KILLS) {
      await using folder = await newFolder(way);
      const moments: string[] = [];
      for (let kill = 0; kill < KILLS_PER_FOLDER && kills < KILLS; kill += 1) {
        const phase = AIMS[wholeBetween(chance, 0, AIMS.length - 1)] as Phase;
        const afterMs = wholeBetween(chance, 0, LONGEST_MS[phase]);
        const killed = await killIn(folder.start(), phase, afterMs);
        if (killed === undefined) continue;
        kills += 1;
        killedIn.set(killed, (killedIn.get(killed) ?? 0) + 1);
        if (killed === 'after the run') kill = KILLS_PER_FOLDER;
        moments.push(`${killed} (${afterMs} ms into ${phase})`);
      }
      const where = `${way}, killed while ${moments.join(', ')}`;
      expect([where, await folder.start().ended]).toMatchObject([where, { code: 0, stderr: '' }]);

      const tables = await inspect(folder.path);
      lost += DAYS - tables.days.length;
      expect([where, comparable(tables)]).toEqual([where, comparable(expected)]);
      expect([where, tables.queues]).toEqual([where, { work: 0, dead_letter: 0, parked: 0 }]);
      const [first, ...later] = tables.runs.map(outcomeOf);
      expect([where, first]).toEqual([where, ...expected.runs.map(outcomeOf)]);
      for (const run of later) expect([where, run]).toMatchObject([where, { status: 'complete', night: [] }]);
      expect([where, new Set(tables.executions)]).toEqual([where, new Set(['SUCCEEDED'])]);
    }
  };
  await Promise.all(LANES.map(lane));

  const count = (state: string) => expected.days.filter((day) => day.state === state).length;
  report({
    what: 'crash: SIGKILL',
    dates: DAYS,
    injected: kills,
    stored: count('stored'),
    no_data: count('no_data'),
    parked: 0,
    lost,
    seconds: secondsSince(begun),
    note: [...killedIn].map(([phase, times]) => `${times} ${phase}`).join(', '),
  });
});
