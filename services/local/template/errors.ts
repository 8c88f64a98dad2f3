/** The template holds a resource type that the local runtime does not know. */
export class UnknownResourceType extends Error {
  override readonly name = 'UnknownResourceType';
  readonly retryable = false;
  readonly logicalId: string;
  readonly type: string;

  constructor(logicalId: string, type: string) {
    super(`The local runtime does not know ${type} (resource ${logicalId})`);
    this.logicalId = logicalId;
    this.type = type;
  }
}

/** The template sets a property that the local runtime neither honours nor knows to be meaningless on one machine. */
export class UnknownProperty extends Error {
  override readonly name = 'UnknownProperty';
  readonly retryable = false;
  readonly logicalId: string;
  readonly property: string;

  constructor(logicalId: string, property: string, detail = 'the local runtime does not know it') {
    super(`Property ${property} of ${logicalId}: ${detail}`);
    this.logicalId = logicalId;
    this.property = property;
  }
}

/** The template computes a value in a way that the local runtime does not know. `place` is the path to it. */
export class UnknownIntrinsic extends Error {
  override readonly name = 'UnknownIntrinsic';
  readonly retryable = false;
  readonly intrinsic: string;
  readonly place: string;

  constructor(intrinsic: string, place: string) {
    super(`The local runtime cannot resolve ${intrinsic} at ${place}`);
    this.intrinsic = intrinsic;
    this.place = place;
  }
}

/** A state machine or a schedule uses a feature that the local runtime would run differently from AWS. */
export class UnsupportedDefinition extends Error {
  override readonly name = 'UnsupportedDefinition';
  readonly retryable = false;
  readonly logicalId: string;
  readonly feature: string;

  constructor(logicalId: string, feature: string) {
    super(`The local runtime does not support ${feature} (resource ${logicalId})`);
    this.logicalId = logicalId;
    this.feature = feature;
  }
}
