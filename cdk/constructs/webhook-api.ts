import { HttpApi, HttpMethod, HttpStage, PayloadFormatVersion } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import type { Settings } from '../settings.ts';
import type { HandlerFunction } from './handler-function.ts';
import { nameResource } from './logical-id.ts';

/**
 * What API Gateway lets through, which bounds the cost of a flood. A night comes with twelve events at once, and a week of
 * nights after a holiday with 84. Oura sends the events that get a 429 again, ten times within an hour.
 */
export const THROTTLE = { rateLimit: 5, burstLimit: 50 } as const;

export interface WebhookApiProps {
  readonly settings: Pick<Settings, 'stackName' | 'webhookPath'>;
  readonly receiver: HandlerFunction;
}

/** The HTTP API that passes the requests of Oura to the receiver: GET for the handshake, POST for events, nothing else. */
export class WebhookApi extends Construct {
  readonly api: HttpApi;
  /** The address to subscribe. */
  readonly url: string;

  constructor(scope: Construct, id: string, { settings, receiver }: WebhookApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: `${settings.stackName}-webhooks`,
      description: "Receives the events of Oura's webhooks",
      createDefaultStage: false,
    });
    nameResource(this.api, LOGICAL_ID.webhookApi);
    new HttpStage(this, 'Stage', { httpApi: this.api, autoDeploy: true, throttle: THROTTLE });
    this.api.addRoutes({
      path: settings.webhookPath,
      methods: [HttpMethod.GET, HttpMethod.POST],
      integration: new HttpLambdaIntegration('Receiver', receiver.function, {
        payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      }),
    });
    this.url = `${this.api.apiEndpoint}${settings.webhookPath}`;
  }
}
