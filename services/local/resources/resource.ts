import type { InferType, ObjectSchema } from 'yup';
import type { Dependencies } from '../../../shared/aws/runtime/dependencies.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import type { Clients } from '../emulators/clients.ts';
import type { Functions, LoadHandler } from '../emulators/functions.ts';
import type { HttpApis } from '../emulators/http-api.ts';
import type { Refusals } from '../emulators/refusals.ts';
import type { Sqs } from '../emulators/sqs.ts';
import type { StepFunctions } from '../emulators/step-functions.ts';
import type { Resource, ResourceType, StackNames } from '../template/read-resources.ts';

/** The open emulators, in which resources are created. */
export interface Emulators {
  readonly clients: Clients;
  readonly sqs: Sqs;
  readonly stepFunctions: StepFunctions;
  readonly httpApis: HttpApis;
  readonly dataDir: string;
  readonly names: StackNames;
}

/** The open emulators and the options with which resources start. */
export interface Machine extends Emulators {
  readonly functions: Functions;
  readonly refusals: Refusals;
  readonly loadHandler: LoadHandler;
  readonly clock: Clock;
  readonly console: NonNullable<Dependencies['console']>;
  /** Whether schedules start runs. */
  readonly schedule: boolean;
  /** The port of the HTTP API; `undefined` if it is not served. */
  readonly webhookPort: number | undefined;
}

/** A resource that starts work itself, such as a poller or a schedule. */
export interface RunningResource {
  isIdle?(): boolean;
  /** When it next starts a run. */
  nextRun?(): Date | undefined;
  /** Stops consuming messages permanently. Resolves when its invocations have ended, or after a grace period. */
  drain?(): Promise<void>;
  /** Stops. Called once. */
  end(): void | Promise<void>;
}

/** A resource type of the local runtime: its properties, its names, and how it is created and started. */
export interface LocalResourceType<Schema extends ObjectSchema<object> = ObjectSchema<object>>
  extends ResourceType<Schema> {
  /** Creates the resource, or updates the one on disk to the properties of the template. */
  create?(resource: Resource<InferType<Schema>>, emulators: Emulators): void | Promise<void>;
  /** Starts the resource. Returns `undefined` if it works only when called. */
  start?(
    resource: Resource<InferType<Schema>>,
    machine: Machine,
  ): RunningResource | undefined | Promise<RunningResource | undefined>;
}

/** Infers the types of `create` and `start` from the schema. */
export const resourceType = <Schema extends ObjectSchema<object>>(
  type: LocalResourceType<Schema>,
): LocalResourceType<Schema> => type;
