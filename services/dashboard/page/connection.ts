import { useEffect, useState } from 'preact/hooks';

/** Why the page cannot reach its server. */
export type Trouble = 'silent' | 'signed out';

/** What the user reads and can do. The page tries again by itself. */
export const TROUBLES: Readonly<Record<Trouble, string>> = {
  silent:
    'The server of this page is not responding, so what you see may be old. If it has stopped, start it again: npm start, or npm run dashboard.',
  'signed out':
    'This browser is signed out: its session is over. Open the address that npm start or npm run dashboard prints. This page then continues.',
};

/** The connection to the server of the page. */
export interface Connection {
  /** Undefined while the server answers. */
  readonly trouble: Trouble | undefined;
  /** Increases when a trouble is over: everything that is shown may have changed since. */
  readonly recoveries: number;
}

let connection: Connection = { trouble: undefined, recoveries: 0 };
const followers = new Set<(connection: Connection) => void>();

/** Each request says how it went. */
export const reportConnection = (trouble: Trouble | undefined): void => {
  if (trouble === connection.trouble) return;
  connection = {
    trouble,
    recoveries: connection.recoveries + (trouble === undefined ? 1 : 0),
  };
  for (const follow of followers) follow(connection);
};

export const useConnection = (): Connection => {
  const [shown, setShown] = useState(connection);
  useEffect(() => {
    setShown(connection);
    followers.add(setShown);
    return () => {
      followers.delete(setShown);
    };
  }, []);
  return shown;
};
