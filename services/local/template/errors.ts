import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';
/** The template holds a resource type that the local runtime does not know. */
export class UnknownResourceType extends AppError {
  override readonly name = 'UnknownResourceType';
  override readonly consequences: Consequences = PERMANENT;
  readonly logicalId: string;
  readonly type: string;

  constructor(logicalId: string, type: string) {
    super(`The local runtime does not know ${type} (resource ${logicalId})`);
    this.logicalId = logicalId;
    this.type = type;
  }
}

/** The template sets a property that the local runtime neither honours nor knows to be meaningless on one machine. */
export class UnknownProperty extends AppError {
  override readonly name = 'UnknownProperty';
  override readonly consequences: Consequences = PERMANENT;
  readonly logicalId: string;
  readonly property: string;

  constructor(logicalId: string, property: string, detail = 'the local runtime does not know it') {
    super(`Property ${property} of ${logicalId}: ${detail}`);
    this.logicalId = logicalId;
    this.property = property;
  }
}

/** The template computes a value in a way that the local runtime does not know. `place` is the path to it. */
export class UnknownIntrinsic extends AppError {
  override readonly name = 'UnknownIntrinsic';
  override readonly consequences: Consequences = PERMANENT;
  readonly intrinsic: string;
  readonly place: string;

  constructor(intrinsic: string, place: string) {
    super(`The local runtime cannot resolve ${intrinsic} at ${place}`);
    this.intrinsic = intrinsic;
    this.place = place;
  }
}

/** A state machine or a schedule uses a feature that the local runtime would run differently from AWS. */
export class UnsupportedDefinition extends AppError {
  override readonly name = 'UnsupportedDefinition';
  override readonly consequences: Consequences = PERMANENT;
  readonly logicalId: string;
  readonly feature: string;

  constructor(logicalId: string, feature: string) {
    super(`The local runtime does not support ${feature} (resource ${logicalId})`);
    this.logicalId = logicalId;
    this.feature = feature;
  }
}
