/**
 * Up to some dozens of values in ascending order, to which a moving window adds and removes values. Insertion is faster than to
 * sort so few values: a typed array is sorted outside of JavaScript, at several microseconds for the call.
 */
export class SortedValues {
  private sorted: Float64Array;
  private count = 0;

  /** @param expected how many values there usually are at most */
  constructor(expected: number) {
    this.sorted = new Float64Array(expected);
  }

  static of(values: readonly number[]): SortedValues {
    const sorted = new SortedValues(values.length);
    for (const value of values) sorted.add(value);
    return sorted;
  }

  get length(): number {
    return this.count;
  }

  /** The value at a place below {@link length}. */
  at(place: number): number {
    return this.sorted[place] ?? Number.NaN;
  }

  add(value: number): void {
    if (this.count === this.sorted.length) {
      const larger = new Float64Array(2 * this.count + 1);
      larger.set(this.sorted);
      this.sorted = larger;
    }
    const { sorted } = this;
    let place = this.count;
    while (place > 0 && (sorted[place - 1] ?? 0) > value) {
      sorted[place] = sorted[place - 1] ?? 0;
      place -= 1;
    }
    sorted[place] = value;
    this.count += 1;
  }

  /** Removes a value that was added. */
  remove(value: number): void {
    const { sorted } = this;
    for (let place = sorted.indexOf(value); place < this.count - 1; place += 1) {
      sorted[place] = sorted[place + 1] ?? Number.NaN;
    }
    this.count -= 1;
  }

  clear(): void {
    this.count = 0;
  }
}
