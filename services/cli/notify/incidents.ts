import type { Incident } from '../../local/data-folder/incidents-file.ts';
import type { Problem, ProblemId } from '../../operations/status/sync-state.ts';
import { problemLine } from '../print/problem-lines.ts';
import type { Notification } from './send.ts';

/** The problems that need a person, with their titles. */
const TITLES: Readonly<Partial<Record<ProblemId, string>>> = {
  reconnect_needed: 'reconnect needed',
  damaged_data: 'damaged data',
  disk_full: 'disk space runs out',
  no_success: 'no successful sync',
  dates_parked: 'dates are parked',
  last_night_absent: 'last night has not arrived',
};

/** While one of these is open, nothing is known about last night. */
const HIDE_LAST_NIGHT: readonly string[] = ['reconnect_needed', 'no_success', 'disk_full', 'damaged_data'];

const open = (problem: Problem, now: string): Incident => ({
  id: problem.id,
  text: problemLine(problem),
  opened_at: now,
  announced: false,
  resolved_at: null,
});

/** Adds the problems that are new: one incident each, however long it lasts. One that returns before its end was announced goes on. */
export const withProblems = (
  incidents: readonly Incident[],
  problems: readonly Problem[],
  now: string,
): Incident[] => {
  const present = problems.filter(({ id }) => id in TITLES);
  const known = incidents.map((incident) =>
    present.some(({ id }) => id === incident.id) ? { ...incident, resolved_at: null } : incident,
  );
  const added = present.filter(({ id }) => !incidents.some((incident) => incident.id === id));
  return [...known, ...added.map((problem) => open(problem, now))];
};

/** Adds the problem that ends the process. It is worse than what was announced before under its ID, such as a disk that was nearly full. */
export const withLastProblem = (
  incidents: readonly Incident[],
  problem: Problem,
  now: string,
): Incident[] => {
  const isOther = ({ id, text }: Incident) => id !== problem.id || text === problemLine(problem);
  return withProblems(incidents.filter(isOther), [problem], now);
};

/** Ends the incidents whose problems are gone. One that was never announced ends in silence. */
export const withoutResolved = (
  incidents: readonly Incident[],
  problems: readonly Problem[],
  now: string,
): Incident[] =>
  incidents.flatMap((incident) => {
    const isHidden =
      incident.id === 'last_night_absent' && problems.some(({ id }) => HIDE_LAST_NIGHT.includes(id));
    if (isHidden || incident.resolved_at !== null || problems.some(({ id }) => id === incident.id))
      return [incident];
    return incident.announced ? [{ ...incident, resolved_at: now }] : [];
  });

/** The notification that is due for an incident; undefined if none is. @param name the data folder, for a person with several */
export const dueNotification = (
  { id, text, announced, resolved_at }: Incident,
  name: string,
): Notification | undefined => {
  const problem = id as ProblemId;
  const title = TITLES[problem] ?? problem;
  if (!announced)
    return { event: 'opened', problem, title: `Oura sleep sync: ${title}`, text: `${text} (${name})` };
  return resolved_at === null
    ? undefined
    : {
        event: 'resolved',
        problem,
        title: `Oura sleep sync: resolved: ${title}`,
        text: `Resolved. It was: ${text} (${name})`,
      };
};
