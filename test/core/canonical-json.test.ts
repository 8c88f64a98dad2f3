import { canonicalJson } from '../../shared/core/canonical-json.ts';

test('sorts the keys at every level and leaves out undefined fields', () => {
  expect(canonicalJson({ b: [{ d: 1, c: undefined }, undefined, null], a: 'x', aa: undefined })).toBe(
    '{"a":"x","b":[{"d":1},null,null]}',
  );
});
