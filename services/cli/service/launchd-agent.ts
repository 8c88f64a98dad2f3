import { RESTART_SECONDS, type ServiceDefinition, STOP_SECONDS } from './service-definition.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

const escaped = (text: string): string => text.replaceAll(/[&<>]/g, (sign) => ESCAPES[sign] ?? sign);

/** A value of a property list, https://www.apple.com/DTDs/PropertyList-1.0.dtd. */
const element = (value: Value, indent: string): string => {
  const deeper = `${indent}  `;
  if (typeof value === 'string') return `${indent}<string>${escaped(value)}</string>`;
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>`;
  if (typeof value === 'boolean') return `${indent}<${value}/>`;
  if (Array.isArray(value))
    return [`${indent}<array>`, ...value.map((each) => element(each, deeper)), `${indent}</array>`].join(
      '\n',
    );
  const entries = Object.entries(value).map(
    ([key, each]) => `${deeper}<key>${escaped(key)}</key>\n${element(each, deeper)}`,
  );
  return [`${indent}<dict>`, ...entries, `${indent}</dict>`].join('\n');
};

/** The file in the data folder that holds the output: launchd has no journal. */
export const OUTPUT_FILE = 'service.log';

/** A launchd agent, `man launchd.plist`. launchd starts it again after every failure, whatever the exit code. */
export const launchdAgent = (definition: ServiceDefinition): string => {
  const { name, folder, environment, environmentFile } = definition;
  const [node = '', ...args] = definition.command;
  const output = `${folder}/${OUTPUT_FILE}`;
  const agent: Value = {
    Label: name,
    ProgramArguments: [node, `--env-file-if-exists=${environmentFile}`, ...args],
    WorkingDirectory: folder,
    EnvironmentVariables: environment,
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: RESTART_SECONDS,
    ExitTimeOut: STOP_SECONDS,
    Umask: 0o077,
    // A core dump would hold tokens and health data.
    HardResourceLimits: { Core: 0 },
    StandardOutPath: output,
    StandardErrorPath: output,
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Written by npm run service - install, which replaces it. Contains no secret. -->
<plist version="1.0">
${element(agent, '')}
</plist>
`;
};
