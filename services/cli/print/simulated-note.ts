import type { TrainingOrigin } from '../../operations/workouts.ts';
import { connectNewFolder } from './advice.ts';

/** Where the shown data come from. */
export interface Origin {
  /** Whether the nights come from the simulated ring. */
  readonly simulatedNights: boolean;
  readonly training: TrainingOrigin;
}

/** Says that the data, or some of them, are not those of the user; nothing if they are. */
export const simulatedNote = ({ simulatedNights, training }: Origin): string[] => {
  const connect = `To connect your ring, run ${connectNewFolder()}.`;
  if (simulatedNights) {
    if (training === 'own')
      return [`Your workouts, but simulated nights: what follows says nothing about you. ${connect}`];
    return [`Simulated nights${training === 'simulated' ? ' and training' : ''}, not yours. ${connect}`];
  }
  return training === 'simulated'
    ? ['Simulated training, not yours. To import yours, run npm run workouts -- import FILE.']
    : [];
};
