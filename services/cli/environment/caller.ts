import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { SETTINGS_VARIABLE } from '../../../cdk/settings-file.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The `bin` of package.json. */
export const BIN = 'oura-sleep-sync';

/** Whether this is the package of npm pack, which holds JavaScript and no development dependencies. */
export const IS_PACKAGE = import.meta.filename.endsWith('.js');

/** The plain JavaScript that starts a command with the right Node.js and its flags. */
export const LAUNCHER = join(ROOT, IS_PACKAGE ? '..' : '.', 'services', 'cli', 'launch.cjs');

/** Whether the user called the `bin`, and not a script of npm. */
export const IS_BIN = IS_PACKAGE || basename(process.argv[1] ?? '') === BIN;

/** Where the user typed `npm run`: npm starts a script in the project's folder. Undefined if no script of this project runs. */
const folderOfCaller = ({ npm_package_json, INIT_CWD }: NodeJS.ProcessEnv): string | undefined =>
  npm_package_json === join(ROOT, 'package.json') && INIT_CWD !== ROOT ? INIT_CWD : undefined;

const DATA = '.data';

/** The data folder without `--data-dir`: through npm, that of the project, wherever the user is. */
export const DEFAULT_DATA_DIR = folderOfCaller(process.env) === undefined ? DATA : join(ROOT, DATA);

/** Puts the home folder in place of a leading `~`, which shells leave as it is in quotes and after `=`. */
export const expandHome = (path: string): string => path.replace(/^~(?=\/|$)/, () => homedir());

/** Makes paths relative to the folder of the caller, as the user typed them. */
export const enterFolderOfCaller = (env: NodeJS.ProcessEnv): void => {
  const folder = folderOfCaller(env);
  if (folder !== undefined) process.chdir(folder);
  const settings = env[SETTINGS_VARIABLE];
  // The CDK reads it in the project's folder.
  if (settings) env[SETTINGS_VARIABLE] = resolve(expandHome(settings));
};

/** `npm run gaps -- --from`, `npm start`, and without `--` before `<command>` the usage of all. */
const SCRIPT = /\bnpm (?:run (?:--silent )?([a-z][a-z-]*)|(?:start))\b(?: --(?= ))?/g;

/** Names the commands in `text` as the user called this one: scripts of npm, or the `bin`. */
export const asCalled = (text: string, withBin = IS_BIN): string =>
  withBin ? text.replaceAll(SCRIPT, (_, name = 'start') => `${BIN} ${name}`) : text;
