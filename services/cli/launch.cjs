#!/usr/bin/env node
// Starts a command with the project's own Node.js. Plain JavaScript, so that an older Node.js can say what is missing: given
// types, it ends with ERR_UNKNOWN_FILE_EXTENSION.
const { accessSync, constants, existsSync, realpathSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { pathToFileURL } = require('node:url');

/** The first version with http.setGlobalProxyFromEnv (environment/proxies.ts). */
const LEAST = [24, 14];
/** Flags of V8 by command: less memory for a process that mostly waits, fewer collections in one that parses years of nights. */
const FLAGS = { start: ['--max-semi-space-size=2'], backfill: ['--max-semi-space-size=4'] };

const ROOT = join(__dirname, '..', '..');
const SOURCE = join(__dirname, 'main.ts');
const isCheckout = existsSync(SOURCE);
/** A package from npm pack holds JavaScript (compile-package.ts). */
const MAIN = isCheckout ? SOURCE : join(ROOT, 'dist', 'services', 'cli', 'main.js');
const REPAIR = isCheckout
  ? `run npm ci --ignore-scripts=false in ${realpathSync(ROOT)}`
  : 'install this package again with npm, and with --ignore-scripts=false';

const isNewEnough = (version) => {
  const [major, minor] = version.split('.').map(Number);
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
};

/** The Node.js that npm installs with this package; undefined if its install script did not run, or it cannot be run. */
const ownNode = () => {
  try {
    const file = require.resolve('node/package.json');
    const path = realpathSync(join(dirname(file), 'bin', 'node'));
    accessSync(path, constants.X_OK);
    return { path, version: require(file).version };
  } catch {
    return undefined;
  }
};

const fail = (sentence) => {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
};

/** Runs the command in this process. */
const run = () =>
  import(pathToFileURL(MAIN).href).catch((error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    fail(`Packages are missing (${error.message.split(' imported from ')[0]}): ${REPAIR}.`);
  });

/** Replaces this process by `node`. Without execve (before Node.js 22.15), starts it as a child and passes signals on. */
const replaceBy = (node, args) => {
  if (process.execve) {
    // It is experimental, and a warning of that would be the first line of the command.
    process.removeAllListeners('warning');
    process.execve(node, [node, ...args], process.env);
  }
  const child = require('node:child_process').spawn(node, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM']) {
    process.on(signal, () => {
      // A terminal sends the first two to the child itself: a second one would end it at once.
      if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
};

const own = ownNode();
const { node: version } = process.versions;
const flags = FLAGS[process.argv[2]] ?? [];
// A system that cannot run npm's binary has a link to its own Node.js there, of another version: do not start it again and again.
const isLast = own === undefined || process.execPath === own.path;
const isRight = isLast ? isNewEnough(version) : version === own.version;

if (!isRight && isLast)
  fail(
    `Node.js ${version} is too old, and the Node.js ${LEAST[0]} of this project is not installed: ${REPAIR}.`,
  );
else if (isRight && flags.every((flag) => process.execArgv.includes(flag))) run();
else replaceBy(own === undefined ? process.execPath : own.path, [...flags, ...process.argv.slice(1)]);
