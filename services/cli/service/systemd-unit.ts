import { EXIT } from '../exit.ts';
import { RESTART_SECONDS, type ServiceDefinition, STOP_SECONDS } from './service-definition.ts';

/** systemd replaces %-specifiers in every value. */
const literal = (text: string): string => text.replaceAll('%', '%%');

/** A word of a list of words, in double quotes. */
const word = (text: string): string => `"${literal(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** An argument of a command line, in which systemd also replaces variables. */
const argument = (text: string): string => word(text).replaceAll('$', '$$$$');

/** A path that systemd reads as a pattern of names. */
const pattern = (text: string): string => literal(text).replaceAll(/[\\*?[]/g, '\\$&');

/**
 * A unit of the user's service manager. It has the protections that need no privileges: those that give a service its own view
 * of the files need user namespaces, which many systems forbid, and then the service would not start.
 */
export const systemdUnit = ({
  description,
  command,
  folder,
  environment,
  environmentFile,
}: ServiceDefinition): string =>
  `# Written by npm run service -- install, which replaces it. Contains no secret.
[Unit]
Description=${literal(description)}
# It never gives up: a disk may be full for a week.
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${command.map(argument).join(' ')}
WorkingDirectory=${literal(folder)}
${Object.entries(environment)
  .map(([name, value]) => `Environment=${word(`${name}=${value}`)}\n`)
  .join('')}EnvironmentFile=-${pattern(environmentFile)}
Restart=on-failure
RestartSec=${RESTART_SECONDS}
# Only you can correct what ends with this code.
RestartPreventExitStatus=${EXIT.usage}
TimeoutStopSec=${STOP_SECONDS}
UMask=0077
# A core dump would hold tokens and health data.
LimitCORE=0
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=default.target
`;
