import { ValidationError } from 'yup';
import { CAUSES } from '../../core/causes.ts';
import { AppError, type Consequences } from '../../core/errors.ts';
import { type WorkMessage, workMessageSchema } from '../../core/messages.ts';

/** A message body is not a work message. It is parked, never dropped. The error names the field but not its value. */
export class MalformedMessage extends AppError {
  override readonly name = 'MalformedMessage';
  override readonly consequences: Consequences = CAUSES.MalformedMessage;
}

/** Parses the body of a message. Throws {@link MalformedMessage}. */
export const parseWorkMessage = (body: string): WorkMessage => {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    throw new MalformedMessage('The message is not JSON');
  }
  try {
    return workMessageSchema.validateSync(content);
  } catch (error: unknown) {
    const path = error instanceof ValidationError && error.path ? `field ${error.path}` : 'its form';
    throw new MalformedMessage(`The message is not a work message: ${path} is invalid`);
  }
};
