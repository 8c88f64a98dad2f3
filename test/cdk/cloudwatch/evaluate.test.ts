import { type AlarmState, type Evaluation, evaluate } from './evaluate.ts';

type Treatment = Evaluation['treatMissingData'];
const TREATMENTS: readonly Treatment[] = ['ignore', 'breaching', 'notBreaching'];
const RETAIN = 'retain';
type Row = [range: string, ...results: (AlarmState | typeof RETAIN)[]];

const parse = (range: string) => range.split(' ').map((point) => (point === '-' ? undefined : point === 'X'));

/** Whether the evaluator gives the results of a published row, from each state that the alarm may have had. */
const expectRow = ([range, ...results]: Row, evaluationPeriods: number, datapointsToAlarm: number) => {
  for (const [index, treatMissingData] of TREATMENTS.entries()) {
    for (const current of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const) {
      const alarm = { evaluationPeriods, datapointsToAlarm, treatMissingData };
      const expected = results[index] === RETAIN ? current : results[index];
      expect([range, treatMissingData, evaluate(alarm, parse(range), current)]).toEqual([
        range,
        treatMissingData,
        expected,
      ]);
    }
  }
};

// The tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
test.each<Row>([
  ['0 - X - X', 'OK', 'OK', 'OK'],
  ['0 - - - -', 'OK', 'OK', 'OK'],
  ['- - - - -', RETAIN, 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM'],
  ['- - - - X', RETAIN, 'ALARM', 'OK'],
  ['X - - - -', RETAIN, 'ALARM', 'OK'],
])('three of three datapoints: %s', (...row) => expectRow(row, 3, 3));

test.each<Row>([
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'ALARM', 'OK'],
  ['- - - - X', RETAIN, 'ALARM', 'OK'],
])('two of three datapoints: %s', (...row) => expectRow(row, 3, 2));
