// Loaded by the SDK only for an operation that streams events. We call none: bundling.ts says what to do about it.
throw new Error('The bundle has no event streams: cdk/bundling/event-streams.ts');
