import { PROOF } from '../server/api.ts';

/** Keeps the proof of a session that begins, and takes the used token out of the address. */
export const keepProof = (): void => {
  const proof = document.querySelector<HTMLMetaElement>(`meta[name="${PROOF}"]`)?.content;
  if (proof === undefined) return;
  localStorage.setItem(PROOF, proof);
  history.replaceState(null, '', `/${location.hash}`);
};

/** The header that every API request needs. */
export const proofHeader = (): Record<string, string> => ({ [PROOF]: localStorage.getItem(PROOF) ?? '' });
