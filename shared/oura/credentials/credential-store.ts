import type { Connection } from './oauth-grant.ts';

/** The stored credentials: a personal access token, or a connection that `npm run connect` made. */
type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'connection'; readonly connection: Connection };

/** The only place that holds the secret. It caches nothing between two calls. */
export interface CredentialStore {
  /** Throws `ApiKeyMissing` if the credentials are missing or unusable. */
  read(): Promise<Credentials>;
  /** Replaces the stored credentials. Throws `ApiKeyMissing` if the store rejects a connection. */
  write(connection: Connection): Promise<void>;
}
