import { checkEsbuild } from '../../cdk/check-esbuild.ts';

test('the esbuild of this project works', () => {
  expect(() => checkEsbuild()).not.toThrow();
});

test('a missing esbuild, or one for another machine, is one sentence', () => {
  const broken = [
    () => {
      throw new Error("Cannot find module 'esbuild'");
    },
    () => ({
      transformSync: () => {
        throw new Error('The package "@esbuild/linux-x64" could not be found');
      },
    }),
  ];
  for (const load of broken)
    expect(() => checkEsbuild(load as unknown as NodeJS.Require)).toThrow(
      'esbuild, which bundles the functions, is not installed for this machine: run npm ci',
    );
});
