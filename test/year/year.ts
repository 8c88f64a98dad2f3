import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { credentialsFile } from '../../services/local/data-folder/secret-file.ts';
import type { ProblemId } from '../../services/operations/status/sync-state.ts';
import type { Day } from '../../shared/core/day.ts';
import { instantShowing } from '../../shared/core/wall-time.ts';
import { type Calendar, calendarOf } from './calendar.ts';
import { fillDisk, freeDisk, mountDisk } from './disk.ts';
import { CLOCK_VARIABLE } from './fast-clock.ts';
import { type Lifetime, measureFolder, printLifetimes } from './growth.ts';
import { Machine } from './machine.ts';
import { type Received, receiveNotifications } from './notifications.ts';
import { HOME_ZONE, startOura } from './oura.ts';
import { Truth, type Untrue } from './truth.ts';

// The year itself, in the namespace and with the clock that run.ts has prepared. Arguments: a folder for everything, the
// number of days, and whether the disk can be filled.

const MINUTE_MS = 60_000;
/** The scheduler looks at the clock every 30 seconds. */
const SCHEDULER_MS = 31_000;
/** More than the two hours after which a run ends in any case. */
const LONGEST_RUN_MS = 180 * MINUTE_MS;
/** How far the clock moves at once in a run in which nothing happens. */
const LONGEST_STEP_MS = MINUTE_MS;
/** A stack trace: no user should see one. */
const STACK_TRACE = /^ +at .*:\d+:\d+\)?$/m;

const [home = '', days = '', disk = 'no'] = process.argv.slice(2);
const calendar: Calendar = calendarOf(Number(days));
const mounted = join(home, 'disk');
const dataDir = join(mounted, 'data');
const hasDisk = disk === 'yes';
/** YEAR_TRACE=1 also prints what the commands said with each untrue statement. */
const IS_TRACED = process.env['YEAR_TRACE'] !== undefined;
const seconds = (): number => Number(process.hrtime.bigint() / 1_000_000n) / 1000;
const begun = seconds();

/** The instant at which a clock at home shows `time` on `day`. */
const at = (day: Day, time: string): number =>
  instantShowing(HOME_ZONE, Date.parse(`${day}T${time}Z`)) ?? Number.NaN;

mkdirSync(mounted);
if (hasDisk) mountDisk(mounted);
await using oura = await startOura(calendar.trip);
await using notifications = await receiveNotifications((notification) => {
  note(...truth.judgeNotification(notification, notifications.received.slice(0, -1)));
});
const machine = new Machine(
  {
    clockFile: process.env[CLOCK_VARIABLE] ?? '',
    dataDir,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      TZ: 'UTC',
      OURA_API_BASE_URL: oura.url,
      OURA_SYNC_SETTINGS: join(import.meta.dirname, '..', 'fixtures', 'no-settings.json'),
    },
    startArguments: [
      '--data-dir',
      dataDir,
      '--page-port',
      '0',
      '--time-zone',
      HOME_ZONE,
      '--notify',
      notifications.destination,
    ],
  },
  at(calendar.first, '18:00:00'),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    void machine.end().finally(() => process.exit(130));
  });
await machine.pass(0);
const truth = new Truth(oura, Date.now());

const untrue: Untrue[] = [];
let samples = 0;
let runs = 0;

const note = (...found: readonly Untrue[]): void => {
  untrue.push(...found);
  for (const { kind, text } of found)
    console.log(`FAILED ${new Date().toISOString().slice(0, 16)} ${kind}: ${text}`);
};

const print = (text: string): void => console.log(`${new Date().toISOString().slice(0, 16)} ${text}`);

const command = async (name: string, ...args: string[]) => {
  const result = await machine.run([name, ...args, '--data-dir', dataDir]);
  if (result.code < 0 || STACK_TRACE.test(result.stderr))
    note({ kind: 'crash', text: `${name}: ${result.stderr}` });
  return result;
};

/** Whether a power cut has taken a pair of tokens since the last connection. */
let isPairLost = false;

const connect = async (): Promise<void> => {
  const file = join(home, 'grant.json');
  writeFileSync(file, JSON.stringify(oura.grant()), { mode: 0o600 });
  const { code, stderr } = await command('connect', '--import', file);
  if (code !== 0) throw new Error(`connect ended with ${code}: ${stderr}`);
  truth.isRevoked = false;
  truth.isRevocationKnown = false;
  isPairLost = false;
};

/** Asks `doctor` and `gaps`, and compares what they say with the truth. */
const sample = async (): Promise<void> => {
  oura.update();
  samples += 1;
  const doctor = await command('doctor', '--format', 'json');
  const gaps = await command('gaps', '--format', 'json');
  const before = untrue.length;
  try {
    note(
      ...truth.judgeDoctor(JSON.parse(doctor.stdout), doctor.code),
      ...truth.judgeGaps(JSON.parse(gaps.stdout)),
    );
  } catch {
    // Only a full disk is a reason to print no result.
    for (const { code, stderr } of [doctor, gaps].filter(({ stderr }) => stderr !== ''))
      if (truth.isDiskFull) print(`ended with ${code}: ${stderr.trim()}`);
      else note({ kind: 'false alarm', text: `ended with ${code}: ${stderr.trim()}` });
  }
  if (untrue.length > before && IS_TRACED) console.log(doctor.stdout, gaps.stdout, lastLine());
};

/** How many runs `npm start` has finished since it began. It then says when the next one is. */
const finished = (): number => machine.output.split('Next sync').length - 1;

const lastLine = (): string => machine.output.trim().split('\n').at(-1) ?? '';

/** Whether `npm start` has reported the run. One that a full disk held up may be reported before it. */
const isReported = (name: string): boolean => {
  const reported = machine.output.lastIndexOf(`Run ${name}`);
  return reported >= 0 && machine.output.lastIndexOf('Next sync') > reported;
};

/** @param isFinished whether the run has ended and is reported */
const awaitRun = async (isFinished: () => boolean): Promise<void> => {
  oura.update();
  const most = truth.isDiskFull ? LONGEST_RUN_MS / 9 : LONGEST_RUN_MS;
  const isDone = await machine.waitFor(() => isFinished() || !machine.isOn, most, LONGEST_STEP_MS);
  if (STACK_TRACE.test(machine.output)) note({ kind: 'crash', text: machine.output.slice(-1000) });
  if (isDone && machine.isOn) runs += 1;
  if ((isDone && machine.isOn) || truth.isDiskFull) truth.noteRun();
  else note({ kind: isDone ? 'crash' : 'lost', text: `no run; npm start said: ${lastLine()}` });
  if (!machine.isOn) print(`npm start ended: ${lastLine()}`);
};

/** The name of the run that is due at noon, also on the days on which the clock changes. */
const runOfNoon = (day: Day): string => {
  const due = new Date(at(day, '12:00:00')).toISOString().slice(0, 19);
  return `schedule-${due.replaceAll(':', '-')}`;
};

const lifetimes: Lifetime[] = [];
/** The running process on its first day. */
let young: Pick<Lifetime, 'from' | 'first'> | undefined;

const powerOn = async (): Promise<void> => {
  machine.start();
  truth.isRunning = true;
  young = undefined;
  await awaitRun(() => finished() > 0);
};

/** A refresh token works once. A power cut between Oura's response and its storage therefore ends the connection. */
const noteLostPair = (): void => {
  const { refresh_token } = JSON.parse(credentialsFile(dataDir).read() ?? '{}') as { refresh_token?: string };
  if (refresh_token === undefined || !oura.isUsed(refresh_token)) return;
  print('the power was cut between the refresh of the tokens and their storage');
  isPairLost = true;
  truth.isRevoked = true;
};

const powerOff = async (): Promise<void> => {
  await machine.kill();
  truth.isRunning = false;
  noteLostPair();
};

const noteLifetime = async (): Promise<void> => {
  if (!young || !machine.isOn) return;
  const days = Math.round((Date.now() - at(young.from, '12:00:00')) / 86_400_000);
  lifetimes.push({ ...young, days, last: await machine.usage(), folder: measureFolder(dataDir) });
};

/** The user does what `doctor` advises for parked dates, once Oura responds again. */
const redrive = async (): Promise<void> => {
  const { code, stdout, stderr } = await command('redrive');
  if (code === 0) truth.noteRedrive();
  else note({ kind: 'wrong advice', text: `redrive ended with ${code}: ${stderr}${stdout.slice(-300)}` });
};

/** A day at the machine: from waking it in the morning to closing it at night. */
const live = async (day: Day): Promise<void> => {
  const events = calendar.on(day);
  let isDue = true;
  if (events.isUp) {
    oura.setDown(false);
    truth.isOuraDown = false;
  }
  await machine.suspendUntil(at(day, events.isLate ? '17:40:00' : '07:30:00'));
  await machine.pass(SCHEDULER_MS);
  if (events.isFree && truth.isDiskFull) {
    freeDisk(mounted);
    truth.isDiskFull = false;
  }
  // A service restarts a process that has ended, but not after the reboot that the user forgets.
  if (!machine.isOn && (events.isRemembered || (truth.isRunning && !truth.isDiskFull))) {
    await powerOn();
    // Its first run replaces the one of the schedule if that time has passed.
    isDue = !events.isLate;
  }
  if (!events.isLate) {
    if (events.isSampledEarly) {
      await machine.passUntil(at(day, '09:40:00'));
      await sample();
    }
    await machine.passUntil(at(day, '12:00:01'));
    await machine.pass(SCHEDULER_MS);
    if (events.reboot === 'during the run') {
      await powerOff();
      await machine.passUntil(at(day, '15:00:00'));
      await powerOn();
      isDue = false;
    }
  }
  if (machine.isOn && isDue) {
    await awaitRun(() => isReported(runOfNoon(day)));
  }
  if (machine.isOn) {
    // This collects garbage, as V8 does in a process that is idle for some seconds: the fast clock leaves no such pause.
    const usage = await machine.usage();
    young ??= { from: day, first: usage };
  }
  await machine.passUntil(at(day, '18:30:00'));
  await sample();
  if (truth.parked !== 'none' && truth.isSound && machine.isOn) await redrive();
  if (events.isReconnected || isPairLost) await connect();
  if (events.isRevoked) {
    oura.revoke();
    truth.isRevoked = true;
  }
  if (events.isDown) {
    oura.setDown(true);
    truth.isOuraDown = true;
  }
  if (events.isFull && hasDisk) {
    fillDisk(mounted);
    truth.isDiskFull = true;
  }
  await machine.passUntil(at(day, '23:00:00'));
  if (events.reboot === 'evening' || events.isForgotten) {
    await noteLifetime();
    await powerOff();
    await machine.passUntil(at(day, '23:20:00'));
    if (!events.isForgotten) await powerOn();
  }
};

/** Compares what is stored in the end with what the ring had. */
const judgeNights = async (): Promise<void> => {
  const { stdout } = await command('export', '--format', 'json');
  const nights = JSON.parse(stdout) as { readonly date: Day }[];
  const stored = nights.map(({ date }) => date).sort();
  const expected = truth.stored();
  for (const day of expected) if (!stored.includes(day)) note({ kind: 'lost', text: `the night ${day}` });
  for (const day of stored)
    if (!expected.includes(day)) note({ kind: 'lost', text: `no such night: ${day}` });
  print(`${stored.length} nights are stored, ${truth.gaps().length} dates are explained by gaps`);
};

/** Compares the notifications of the year with what the suite broke: each incident once, and resolved once. */
const judgeNotifications = (): void => {
  const count = (problem: ProblemId, event: Received['event']) =>
    notifications.received.filter((each) => each.problem === problem && each.event === event).length;
  const expected = {
    reconnect_needed: 2,
    disk_full: hasDisk ? 1 : 0,
    dates_parked: truth.timesParked,
  } as const;
  for (const [problem, times] of Object.entries(expected) as [ProblemId, number][])
    if (count(problem, 'opened') < times)
      note({
        kind: 'false all-clear',
        text: `${count(problem, 'opened')} notifications of ${problem}, not ${times}`,
      });
  for (const problem of new Set(notifications.received.map((each) => each.problem))) {
    print(
      `notifications of ${problem}: ${count(problem, 'opened')} opened, ${count(problem, 'resolved')} resolved`,
    );
    if (problem !== 'last_night_absent' && count(problem, 'opened') > count(problem, 'resolved'))
      note({ kind: 'false alarm', text: `the notification of ${problem} was never resolved` });
  }
};

try {
  await connect();
  await powerOn();
  for (const day of calendar.days) await live(day);
  await noteLifetime();
  await judgeNights();
  judgeNotifications();
} finally {
  await machine.end();
}
printLifetimes(lifetimes);
const of = (kind: Untrue['kind']) => untrue.filter((each) => each.kind === kind).length;
console.log(
  `${days} days in ${Math.round(seconds() - begun)} s: ${runs} runs, ${samples} samples; false all-clears ${of('false all-clear')}, ` +
    `false alarms ${of('false alarm')}, wrong reasons ${of('wrong reason')}, wrong advice ${of('wrong advice')}, lost ${of('lost')}, crashes ${of('crash')}`,
);
process.exit(untrue.length === 0 ? 0 : 1);
