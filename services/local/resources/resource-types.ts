import { eventSourceMapping } from './event-source-mapping.ts';
import { lambdaFunction } from './function.ts';
import { httpApi, httpIntegration, httpRoute, httpStage } from './http-api.ts';
import { IGNORED_TYPES } from './ignored-types.ts';
import { queue } from './queue.ts';
import type { LocalResourceType } from './resource.ts';
import { schedule } from './schedule.ts';
import { stateMachine } from './state-machine.ts';
import { table } from './table.ts';

/** The types that the local runtime runs, in the order of their creation and start. */
export const LOCAL_TYPES: readonly LocalResourceType[] = [
  table,
  queue,
  lambdaFunction,
  stateMachine,
  eventSourceMapping,
  schedule,
  httpApi,
  httpIntegration,
  httpRoute,
  httpStage,
];

/** Every type that a template may hold. */
export const KNOWN_TYPES = [...LOCAL_TYPES, ...IGNORED_TYPES];
