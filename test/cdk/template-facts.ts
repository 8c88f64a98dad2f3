import { type Template, type TemplateResource, synthesize } from '../../cdk/synthesize.ts';

// biome-ignore lint/suspicious/noExplicitAny: x
export type Json = any;
