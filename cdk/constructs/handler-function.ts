import { join } from 'node:path';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { HANDLER_METADATA } from '../../shared/core/names.ts';
import { nameResource } from './logical-id.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Bundles a handler and its dependencies into one ES module (docs/decisions/0008). */
const BUNDLING: BundlingOptions = {
  format: OutputFormat.ESM,
  // ESM sources first: esbuild removes unused code from them, but not from CommonJS.
  mainFields: ['module', 'main'],
  // Error names survive, because each is a string literal.
  minify: true,
  // The tested SDK, not the one of the Lambda runtime.
  bundleAwsSDK: true,
  // The packages in the repository contain the licences, and the bundle is not distributed.
  esbuildArgs: { '--legal-comments': 'none' },
  // The CommonJS packages in the bundle call require for Node's own modules, which ESM does not have.
  banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
};

export interface HandlerFunctionProps {
  /** The path from the repository's root to a module that exports `handler`, e.g. `services/worker/handler.ts`. */
  readonly handler: string;
  readonly description: string;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
  /** In MB. */
  readonly memorySize: number;
  /** @default no reservation */
  readonly reservedConcurrentExecutions?: number;
}

/** A handler on Lambda with its own log group and a role that may only log and trace. */
export class HandlerFunction extends Construct {
  readonly function: NodejsFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    // Replaces AWSLambdaBasicExecutionRole, which allows writing to every log group of the account.
    this.allow('WriteOwnLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    this.function = new NodejsFunction(this, 'Function', {
      description: props.description,
      entry: join(ROOT, props.handler),
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      bundling: BUNDLING,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role: this.role,
      logGroup,
      tracing: Tracing.ACTIVE,
      timeout: props.timeout,
      memorySize: props.memorySize,
      environment: { ...props.environment },
      ...(props.reservedConcurrentExecutions !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrentExecutions,
      }),
    });
    nameResource(this.function, id).addMetadata(HANDLER_METADATA, props.handler);
  }

  /** Allows the function `actions` on `resource`. @param sid describes the purpose */
  allow(sid: string, actions: readonly string[], resource: string, keyPrefixes?: readonly string[]): void {
    const keys = keyPrefixes?.map((prefix) => `${prefix}*`);
    const conditions = keys && { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } };
    this.role.addToPolicy(
      new PolicyStatement({
        sid,
        actions: [...actions],
        resources: [resource],
        ...(conditions && { conditions }),
      }),
    );
  }
}
