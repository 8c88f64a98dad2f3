/** A value of a key at a time: from the step after which it may be stored, acknowledged at a later step. */
interface Version {
  readonly begun: number;
  readonly acknowledged: number;
  /** Undefined if the key was deleted. */
  readonly value: string | undefined;
}

/** A write: the key, and the value, `null` to delete it. */
export type Write = readonly [key: string, value: string | null];

const ABSENT: Version = { begun: -1, acknowledged: -1, value: undefined };

/** What a process wrote, when it began to and when it was promised that the write is stored. */
export class Acknowledged {
  private readonly versions = new Map<string, Version[]>();

  add([key, value]: Write, begun: number, acknowledged: number): void {
    const versions = this.versions.get(key) ?? [ABSENT];
    versions.push({ begun, acknowledged, value: value ?? undefined });
    this.versions.set(key, versions);
  }

  /** How many writes had been acknowledged at a step. */
  countAt(step: number): number {
    return [...this.versions.values()]
      .flat()
      .filter(({ acknowledged }) => acknowledged >= 0 && acknowledged < step).length;
  }

  /** What contradicts the promises that had been made at a step: a lost, an older or an unknown value. */
  contradictions(stored: ReadonlyMap<string, string>, step: number): string[] {
    const problems = [...stored.keys()]
      .filter((key) => !this.versions.has(key))
      .map((key) => `${key} is unknown`);
    for (const [key, versions] of this.versions) {
      const begun = versions.filter((version) => version.begun < step);
      // A write that began after another was acknowledged replaced it.
      const replaced = (version: Version) =>
        begun.some((other) => other.begun > version.acknowledged && other.acknowledged < step);
      const possible = begun.filter((version) => !replaced(version)).map(({ value }) => value);
      const value = stored.get(key);
      if (possible.includes(value)) continue;
      if (value === undefined) problems.push(`${key} is lost`);
      else problems.push(`${key} is ${begun.some((version) => version.value === value) ? 'old' : 'wrong'}`);
    }
    return problems;
  }
}
