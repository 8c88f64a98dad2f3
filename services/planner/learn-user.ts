import type { WebhookUser } from '../../shared/aws/store/webhook-user.ts';
import { AppError } from '../../shared/core/errors.ts';
import type { OuraClient } from '../../shared/oura/api/client.ts';

/**
 * Stores the id of the connected user unless it is known, so that the receiver can ignore the events of others. Oura may refuse
 * the request without the scope `personal`. Then every validly signed event counts.
 */
export const learnUser = async (
  client: Pick<OuraClient, 'personalInfo'>,
  user: WebhookUser,
): Promise<void> => {
  if ((await user.get()) !== undefined) return;
  try {
    await user.set((await client.personalInfo()).id);
  } catch (error: unknown) {
    if (!(error instanceof AppError)) throw error;
  }
};
