import { EnvironmentInvalid, requireEnv, requireNumberEnv } from '../../shared/core/env.ts';

test.each([{}, { NAME: '' }, { NAME: undefined }])(
  'a variable that is missing or empty is reported by name: %j',
  (env) => {
    expect(() => requireEnv(env, 'NAME')).toThrow(EnvironmentInvalid);
    expect(() => requireEnv(env, 'NAME')).toThrow(expect.objectContaining({ name: 'EnvironmentInvalid' }));
    expect(() => requireEnv(env, 'NAME')).toThrow(/variable NAME$/);
  },
);

test('reports a missing number as missing, not as "not a number"', () => {
  expect(() => requireNumberEnv({}, 'NAME')).toThrow(/No value/);
});

test.each(['abc', '1,5', 'Infinity', 'NaN'])('%s is no number, and is not repeated', (value) => {
  expect(() => requireNumberEnv({ NAME: value }, 'NAME')).toThrow(EnvironmentInvalid);
  expect(() => requireNumberEnv({ NAME: value }, 'NAME')).toThrow(
    /^The environment variable NAME must be a number$/,
  );
});

test.each([
  ['0', 0],
  ['0.5', 0.5],
  ['90', 90],
])('reads %s', (value, number) => {
  expect(requireNumberEnv({ NAME: value }, 'NAME')).toBe(number);
});
