import type { InferType, ObjectSchema } from 'yup';
import type { Surroundings } from '../../../shared/aws/runtime/dependencies.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import type { Clients } from '../emulators/clients.ts';
import type { Functions, LoadHandler } from '../emulators/functions.ts';
import type { Sqs } from '../emulators/sqs.ts';
import type { StepFunctions } from '../emulators/step-functions.ts';
import type { Resource, ResourceType, StackNames } from '../template/read-resources.ts';

/** The open emulators, in which resources are created. */
export interface Emulators {
  readonly clients: Clients;
  readonly sqs: Sqs;
  readonly stepFunctions: StepFunctions;
  readonly dataDir: string;
  readonly names: StackNames;
}

/** What resources run with. */
export interface Machine extends Emulators {
  readonly functions: Functions;
  readonly loadHandler: LoadHandler;
  readonly clock: Clock;
  readonly console: NonNullable<Surroundings['console']>;
  /** Whether schedules start runs. */
  readonly schedule: boolean;
}

/** A resource that works by itself. */
export interface RunningResource {
  /** Whether it has nothing left to do. */
  isIdle?(): boolean;
  /** When it next starts something. */
  nextRun?(): Date | undefined;
  /** Takes on no further message, for good; resolves when what it runs has ended, or after a grace. */
  drain?(): Promise<void>;
  /** Stops. Called once. */
  end(): void | Promise<void>;
}

/** A resource type of the local runtime: its properties, its names, and how it is created and started. */
export interface LocalResourceType<Schema extends ObjectSchema<object> = ObjectSchema<object>>
  extends ResourceType<Schema> {
  /** Creates the resource, or gives the one on disk the properties of the template. */
  create?(resource: Resource<InferType<Schema>>, emulators: Emulators): void | Promise<void>;
  /** Starts the resource. Nothing is returned where it only works when something calls it. */
  start?(
    resource: Resource<InferType<Schema>>,
    machine: Machine,
  ): RunningResource | undefined | Promise<RunningResource | undefined>;
}

/** Infers the types of `create` and `start` from the schema. */
export const resourceType = <Schema extends ObjectSchema<object>>(
  type: LocalResourceType<Schema>,
): LocalResourceType<Schema> => type;
