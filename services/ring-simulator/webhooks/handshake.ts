import { randomBytes } from 'node:crypto';

/** Oura's limit for any response of a callback. */
export const ANSWER_MS = 10_000;

/** Asks a callback for its challenge, as Oura does while the request that subscribes it still waits. */
export const answersChallenge = async (callbackUrl: string, token: string): Promise<boolean> => {
  const challenge = randomBytes(16).toString('hex');
  const url = new URL(callbackUrl);
  url.searchParams.set('verification_token', token);
  url.searchParams.set('challenge', challenge);
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
    const answer: unknown = await response.json();
    return (
      response.ok &&
      typeof answer === 'object' &&
      answer !== null &&
      'challenge' in answer &&
      answer.challenge === challenge
    );
  } catch {
    // The callback is down, too slow, or does not send JSON.
    return false;
  }
};
