import { isRefusedByMachine, problemOf } from '../../../services/cli/notify/announce-failure.ts';
import { DataFolderBroken, DataFolderInUse } from '../../../services/local/data-folder/errors.ts';

const sqlite = (errcode: number, message: string) => Object.assign(new Error(message), { errcode });
const system = (code: string) => Object.assign(new Error(code), { code, syscall: 'write' });
const idOf = (error: unknown) => problemOf(error, '/nights')?.id;

test.each([
  ['of a write', system('ENOSPC')],
  ['of a quota', system('EDQUOT')],
  ['of SQLite', sqlite(13, 'database or disk is full')],
  ['behind another error', new DataFolderBroken('/nights', 'owner.lock', sqlite(13, 'full'))],
  ['that was hidden by an error at the end', new SuppressedError(new Error('close'), system('ENOSPC'))],
  ['without a code', new Error('InternalServerError: database or disk is full')],
])('a full disk %s is announced as one', (_, error) => {
  expect(idOf(error)).toBe('disk_full');
  expect(isRefusedByMachine(error)).toBe(true);
});

test.each([sqlite(11, 'malformed'), sqlite(26, 'not a database'), sqlite(267, 'extended code of 11')])(
  'a damaged database is announced as damaged data (%s)',
  (error) => {
    expect(idOf(new DataFolderBroken('/nights', 'dynamodb.sqlite', error))).toBe('damaged_data');
    expect(isRefusedByMachine(error)).toBe(false);
  },
);

test('no other error is announced', () => {
  for (const error of [new DataFolderInUse('/nights'), new Error('bug'), 'text', null, undefined])
    expect(idOf(error)).toBeUndefined();
});
