import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type LocalRuntime, openLocal, startLocal } from '../../../services/local/start.ts';
import type { TemplateResource, TemplateValue } from '../../../services/local/template/parse-template.ts';
import { localOptions, newFolder, removeFolders, startOptions } from '../support/machine.ts';
import { smallTemplate } from '../support/small-template.ts';

let runtime: LocalRuntime | undefined;
afterEach(async () => {
  await runtime?.stop();
  runtime = undefined;
  removeFolders();
});

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const at = (port: number) => ({ url: 'https://night.example.com/oura', port });

type Properties = Record<string, TemplateValue>;

/** An HTTP API as the CDK writes it. */
const apiTemplate = (change: { api?: Properties; route?: Properties; stage?: Properties } = {}) => {
  const resources: Record<string, TemplateResource> = {
    Receiver: {
      Type: 'AWS::Lambda::Function',
      Properties: { Timeout: 5 },
      Metadata: { 'oura-sync:handler': 'receiver' },
    },
    Api: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { Name: 'webhooks', ProtocolType: 'HTTP', ...change.api },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['Receiver', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: 'POST /oura',
        AuthorizationType: 'NONE',
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
        ...change.route,
      },
    },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: {
        ApiId: { Ref: 'Api' },
        StageName: '$default',
        AutoDeploy: true,
        DefaultRouteSettings: { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 0 },
        ...change.stage,
      },
    },
    Permission: { Type: 'AWS::Lambda::Permission', Properties: { Action: 'lambda:InvokeFunction' } },
  };
  const template = smallTemplate({ more: resources });
  return {
    ...template,
    Outputs: {
      ...template.Outputs,
      Url: { Value: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, '/oura']] } },
    },
  };
};

test('serves the routes of the template at the given port, throttled as the stage says', async () => {
  const webhookPort = await freePort();
  const receiver = () => async (event: unknown) => ({
    statusCode: 200,
    body: (event as { rawPath: string }).rawPath,
  });
  runtime = await startLocal(
    startOptions(newFolder(), { receiver }, { template: apiTemplate(), webhooks: at(webhookPort) }),
  );
  expect(runtime.outputs['Url']).toBe('https://night.example.com/oura');
  const url = `http://127.0.0.1:${webhookPort}/oura`;
  const response = await fetch(url, { method: 'POST' });
  expect([response.status, await response.text()]).toEqual([200, '/oura']);
  expect((await fetch(url)).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(200);
  expect((await fetch(url, { method: 'POST' })).status).toBe(429);
  await runtime.idle();
  await runtime.stop();
  runtime = undefined;
  await expect(fetch(url)).rejects.toThrow();
});

test('serves nothing without a port, and nothing without the functions', async () => {
  runtime = await startLocal(startOptions(newFolder(), {}, { template: apiTemplate() }));
  await expect(fetch(runtime.outputs['Url'] ?? '')).rejects.toThrow();
  const webhookPort = await freePort();
  const services = await openLocal(
    localOptions(newFolder(), { template: apiTemplate(), webhooks: at(webhookPort) }),
  );
  await expect(fetch(`http://127.0.0.1:${webhookPort}/oura`)).rejects.toThrow();
  await services.stop();
});

test.each([
  ['another protocol', { api: { ProtocolType: 'WEBSOCKET' } }, 'ProtocolType'],
  ['an unknown property', { api: { CorsConfiguration: {} } }, 'property CorsConfiguration'],
  ['a path with a variable', { route: { RouteKey: 'GET /{proxy+}' } }, 'RouteKey'],
  ['an authorizer', { route: { AuthorizationType: 'JWT' } }, 'AuthorizationType'],
  ['a named stage', { stage: { StageName: 'prod' } }, 'StageName'],
  ['settings of single routes', { stage: { RouteSettings: {} } }, 'property RouteSettings'],
])('%s is an error by name', async (_, change, name) => {
  const options = startOptions(newFolder(), {}, { template: apiTemplate(change), webhooks: at(1) });
  await expect(startLocal(options)).rejects.toThrow(name);
});
