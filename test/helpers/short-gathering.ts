import type { Template } from '../../services/local/template/parse-template.ts';
import { WEBHOOK_GATHERING_SECONDS } from '../../shared/core/webhook-events.ts';

/** Returns the template with a shorter time in which the events of a burst are gathered. The interpreter waits in real time. */
export const shortGathering = (template: Template, seconds: number): Template =>
  JSON.parse(
    JSON.stringify(template).replace(
      `\\"Seconds\\":${WEBHOOK_GATHERING_SECONDS}`,
      `\\"Seconds\\":${seconds}`,
    ),
  );
