import { type SetChange, textOfKey } from '../../../shared/aws/store/workouts.ts';
import { canonicalJson } from '../../../shared/core/canonical-json.ts';
import type { WorkoutSet } from '../../../shared/core/workout-set.ts';
import { matchWorkouts } from './match-workouts.ts';
import { isEarlierImport, type StoredWorkout } from './stored-workouts.ts';
import type { FileWorkout } from './workout-files/app-sets.ts';

/** How many there are of each. */
export interface ImportCounts {
  readonly added: number;
  readonly replaced: number;
  readonly removed: number;
  readonly unchanged: number;
}

/** What an import changes. */
export interface ImportPlan {
  /** In the order of writing: the new sets of a workout before the end of its old ones, so that an interruption loses none. */
  readonly changes: readonly SetChange[];
  readonly sets: ImportCounts;
  /** Undefined for GainsIQ, which logs sets and not workouts. */
  readonly workouts: ImportCounts | undefined;
  /** The workouts within the span of the file that the file does not have. */
  readonly absent: readonly StoredWorkout[];
}

type Counts = { -readonly [Name in keyof ImportCounts]: number };
const noCounts = (): Counts => ({ added: 0, replaced: 0, removed: 0, unchanged: 0 });

/** The content of a set without the import that stored it. */
const contentOf = ({ import_id, ...content }: WorkoutSet): string => canonicalJson(content);

/** What the user sees of a set. */
const visible = ({ exercise, reps, weight, rpe, duration_s, distance_m, assistance }: WorkoutSet): string =>
  canonicalJson({ exercise, reps, weight, rpe, duration_s, distance_m, assistance });

/** What an earlier version stored of a set. */
const visibleEarlier = ({ exercise, reps, weight }: WorkoutSet): string =>
  canonicalJson({ exercise, reps, weight });

/** Compares two versions of a workout set by set. A set that another takes the place of is replaced. */
const compare = (stored: readonly WorkoutSet[], fresh: readonly WorkoutSet[]): ImportCounts => {
  const textOf = stored.some(isEarlierImport) ? visibleEarlier : visible;
  const left = new Map<string, number>();
  for (const set of stored) left.set(textOf(set), (left.get(textOf(set)) ?? 0) + 1);
  let unchanged = 0;
  for (const set of fresh) {
    const same = left.get(textOf(set)) ?? 0;
    if (same === 0) continue;
    unchanged += 1;
    left.set(textOf(set), same - 1);
  }
  const [added, removed] = [fresh.length - unchanged, stored.length - unchanged];
  const replaced = Math.min(added, removed);
  return { added: added - replaced, replaced, removed: removed - replaced, unchanged };
};

/** Replaces all sets or, if they are the same, none: so a workout is of one import. */
const changesOf = (
  stored: readonly WorkoutSet[],
  fresh: readonly WorkoutSet[],
  importId: string,
): SetChange[] => {
  const contents = new Map(stored.map((set) => [textOfKey(set), contentOf(set)]));
  const keys = new Set(fresh.map(textOfKey));
  const isSame =
    stored.length === fresh.length && fresh.every((set) => contents.get(textOfKey(set)) === contentOf(set));
  if (isSame) return [];
  const stale = stored.filter((set) => !keys.has(textOfKey(set)));
  return [
    ...fresh.map((set) => ({ put: { ...set, import_id: importId } })),
    ...stale.map((set) => ({ remove: set })),
  ];
};

const outcomeOf = (
  stored: readonly WorkoutSet[],
  changes: readonly SetChange[],
  { added, replaced, removed }: ImportCounts,
): keyof ImportCounts => {
  if (stored.length === 0) return 'added';
  // What an earlier version imported is stored again in the present form; for the user that changes nothing.
  const isSame = stored.some(isEarlierImport) ? added + replaced + removed === 0 : changes.length === 0;
  return isSame ? 'unchanged' : 'replaced';
};

const plus = (counts: Counts, more: ImportCounts): void => {
  for (const name of ['added', 'replaced', 'removed', 'unchanged'] as const) counts[name] += more[name];
};

interface Import {
  readonly importId: string;
  /** Whether to remove the absent workouts. */
  readonly prune: boolean;
}

/**
 * Plans the import of whole workouts: each replaces the stored workout that started in the same minute. The sets of a workout of
 * which no row can be read stay.
 * @param stored every stored set, in order of time
 */
export const planWorkouts = (
  workouts: readonly FileWorkout[],
  stored: readonly WorkoutSet[],
  { importId, prune }: Import,
): ImportPlan => {
  const { storedOf, others } = matchWorkouts(workouts, stored);
  const [ofSets, ofWorkouts] = [noCounts(), noCounts()];
  const changes: SetChange[] = [];
  for (const workout of workouts) {
    const known = storedOf.get(workout) ?? [];
    if (workout.sets.length === 0 && (known.length === 0 || workout.refused > 0)) continue;
    const own = changesOf(known, workout.sets, importId);
    const counts = compare(known, workout.sets);
    plus(ofSets, counts);
    ofWorkouts[outcomeOf(known, own, counts)] += 1;
    changes.push(...own);
  }
  // An earlier version did not store the app. Without a workout in common, the file is of another one.
  const isOfApp = [...storedOf.values()].some((sets) => sets.some(isEarlierImport));
  const absent = absentOf(workouts, isOfApp ? others : others.filter(({ source }) => source !== undefined));
  if (prune) {
    ofWorkouts.removed += absent.length;
    for (const { sets } of absent) {
      ofSets.removed += sets.length;
      changes.push(...sets.map((set) => ({ remove: set })));
    }
  }
  return { changes, sets: ofSets, workouts: ofWorkouts, absent };
};

/** Workouts of the same apps, or of an unknown one, between the first and the last of the file. */
const absentOf = (workouts: readonly FileWorkout[], others: readonly StoredWorkout[]): StoredWorkout[] => {
  const starts = workouts.map(({ start }) => start);
  const [first, last] = [Math.min(...starts), Math.max(...starts)];
  const sources = new Set<string | undefined>(workouts.map(({ source }) => source));
  return others
    .filter(
      ({ source, start }) => (source === undefined || sources.has(source)) && start >= first && start <= last,
    )
    .sort((one, other) => one.start - other.start);
};

/** Plans the import of sets that have keys of their own: a set replaces the stored one with its key. */
export const planSets = (
  sets: readonly WorkoutSet[],
  stored: readonly WorkoutSet[],
  importId: string,
): ImportPlan => {
  const known = new Map(stored.map((set) => [textOfKey(set), set]));
  const counts = noCounts();
  const changes = sets.flatMap((set): SetChange[] => {
    const old = known.get(textOfKey(set));
    const change = changesOf(old ? [old] : [], [set], importId);
    counts[old === undefined ? 'added' : change.length > 0 ? 'replaced' : 'unchanged'] += 1;
    return change;
  });
  return { changes, sets: counts, workouts: undefined, absent: [] };
};
