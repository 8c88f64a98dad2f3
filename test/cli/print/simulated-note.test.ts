import { simulatedNote } from '../../../services/cli/print/simulated-note.ts';

const CONNECT = 'To connect your ring, run npm run connect -- --data-dir FOLDER with a new folder.';

test.each([
  [true, 'simulated', [`Simulated nights and training, not yours. ${CONNECT}`]],
  [true, 'none', [`Simulated nights, not yours. ${CONNECT}`]],
  [true, 'own', [`Your workouts, but simulated nights: what follows says nothing about you. ${CONNECT}`]],
  [
    false,
    'simulated',
    ['Simulated training, not yours. To import yours, run npm run workouts -- import FILE.'],
  ],
  [false, 'own', []],
  [false, 'none', []],
] as const)('simulated nights: %s, training: %s', (simulatedNights, training, note) => {
  expect(simulatedNote({ simulatedNights, training })).toEqual(note);
});
