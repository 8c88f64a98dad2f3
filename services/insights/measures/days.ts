/** The values of the days from `from` to `to` that have one, in order. @param byDay by day number */
export const valuesOfDays = <Value>(byDay: ReadonlyMap<number, Value>, from: number, to: number): Value[] => {
  const values: Value[] = [];
  for (let day = from; day <= to; day += 1) {
    const value = byDay.get(day);
    if (value !== undefined) values.push(value);
  }
  return values;
};
