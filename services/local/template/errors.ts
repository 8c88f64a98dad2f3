import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';

/** The template uses a feature that the local runtime would ignore or run differently from AWS. */
export class UnsupportedTemplate extends AppError {
  override readonly name = 'UnsupportedTemplate';
  override readonly consequences: Consequences = PERMANENT;

  /** @param place the resource, or the path in the template */
  constructor(feature: string, place: string) {
    super(`The local runtime does not support ${feature} (at ${place})`);
  }
}
