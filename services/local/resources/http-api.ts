import { boolean, mixed, number, object, string } from 'yup';
import { MAX_INTEGRATION_MS, serveHttpApi } from '../emulators/http-api.ts';
import { DEFAULT_STAGE } from '../emulators/proxy-event.ts';
import { nameInArn } from '../template/arn.ts';
import { closed, count, IGNORED } from './properties.ts';
import { resourceType } from './resource.ts';

// The four resources of one HTTP API. The stage serves it, because it holds the throttle and starts last.

export const httpApi = resourceType({
  type: 'AWS::ApiGatewayV2::Api',
  properties: object({
    ProtocolType: string()
      .oneOf(['HTTP'] as const)
      .required(),
  }),
  ignored: { Name: IGNORED.name, Description: IGNORED.inventory, Tags: IGNORED.inventory },
  identity: (id, { httpApi: url }) => ({ Ref: id, ApiId: id, ApiEndpoint: url }),
  create: ({ logicalId }, { httpApis }) => httpApis.add(logicalId),
});

export const httpIntegration = resourceType({
  type: 'AWS::ApiGatewayV2::Integration',
  properties: object({
    ApiId: string().required(),
    IntegrationType: string()
      .oneOf(['AWS_PROXY'] as const)
      .required(),
    IntegrationUri: string().required(),
    PayloadFormatVersion: string()
      .oneOf(['2.0'] as const)
      .required(),
    TimeoutInMillis: count().max(MAX_INTEGRATION_MS).default(MAX_INTEGRATION_MS),
  }),
  ignored: { Description: IGNORED.inventory, IntegrationMethod: 'a function is always invoked with POST' },
  identity: (id) => ({ Ref: id, IntegrationId: id }),
  create: ({ logicalId, properties: { ApiId, IntegrationUri, TimeoutInMillis } }, { httpApis }) =>
    void httpApis
      .get(ApiId)
      .integrations.set(logicalId, { functionName: nameInArn(IntegrationUri), timeoutMs: TimeoutInMillis }),
});

export const httpRoute = resourceType({
  type: 'AWS::ApiGatewayV2::Route',
  properties: object({
    ApiId: string().required(),
    /** One method and one path: no variables, no `$default`. */
    RouteKey: string()
      .matches(/^[A-Z]+ \/[^{}\s]*$/)
      .required(),
    Target: string()
      .matches(/^integrations\/[^/]+$/)
      .required(),
    AuthorizationType: string().oneOf(['NONE'] as const),
  }),
  ignored: { OperationName: IGNORED.inventory },
  identity: (id) => ({ Ref: id, RouteId: id }),
  create: ({ properties: { ApiId, RouteKey, Target } }, { httpApis }) =>
    void httpApis.get(ApiId).routes.set(RouteKey, Target.slice('integrations/'.length)),
});

export const httpStage = resourceType({
  type: 'AWS::ApiGatewayV2::Stage',
  properties: object({
    ApiId: string().required(),
    StageName: string()
      .oneOf([DEFAULT_STAGE] as const)
      .required(),
    AutoDeploy: boolean().oneOf([true] as const),
    DefaultRouteSettings: closed(
      object({
        ThrottlingBurstLimit: count().required(),
        ThrottlingRateLimit: number().min(0).required(),
        /** Without effect: nothing on one machine reads the metrics of API Gateway. */
        DetailedMetricsEnabled: mixed(),
      }),
    ).default(undefined),
  }),
  ignored: {
    AccessLogSettings: 'the functions log what they receive',
    Description: IGNORED.inventory,
    Tags: IGNORED.inventory,
  },
  identity: (id) => ({ Ref: id }),
  start: async ({ properties }, { httpApis, functions, clock, webhookPort }) => {
    // Without a port, another command uses the data folder, and Oura's events wait for the next start.
    if (webhookPort === undefined) return undefined;
    const limits = properties.DefaultRouteSettings;
    const served = await serveHttpApi(httpApis.get(properties.ApiId), {
      port: webhookPort,
      functions,
      clock,
      throttle: limits && { burst: limits.ThrottlingBurstLimit, rate: limits.ThrottlingRateLimit },
    });
    return { isIdle: served.isIdle, drain: served.end, end: served.end };
  },
});
