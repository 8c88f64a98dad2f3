import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const COMMAND = /^(aws|npx|npm) /;

/** The commands of README's section "Deploy to AWS" in order, from code blocks and text. */
const deployCommands = (): readonly string[] => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
  const section = /^## Deploy to AWS\n(.*?)^## /ms.exec(readme)?.[1];
  if (section === undefined) throw new Error('README has no section "Deploy to AWS"');
  return [...section.matchAll(/```\w*\n(.*?)```|`([^`\n]+)`/gs)]
    .flatMap(([, block, inline]) => (block ?? inline ?? '').split('\n'))
    .map((line) => line.trim())
    .filter((line) => COMMAND.test(line));
};

export interface ReadmeScript {
  /** Returns the command that starts with `beginning`, with its `<placeholders>` filled in. Throws unless README has exactly one. */
  take(beginning: string, values?: Readonly<Record<string, string>>): readonly string[];
  /** The commands that no step has used yet. */
  unused(): readonly string[];
}

/** Reads the commands of README's deploy section, so that the suite runs what users read. */
export const readmeScript = (): ReadmeScript => {
  const commands = deployCommands();
  const taken = new Set<string>();
  return {
    take: (beginning, values = {}) => {
      const found = commands.filter((command) => command.startsWith(beginning));
      const [command] = found;
      if (command === undefined || found.length > 1) {
        throw new Error(
          `README's deploy section has ${found.length} commands that begin with "${beginning}"`,
        );
      }
      taken.add(command);
      const filled = command.replace(/<([^>]+)>/g, (_, name: string) => {
        const value = values[name];
        if (value === undefined) throw new Error(`README's "${command}" has an unknown <${name}>`);
        return value;
      });
      return (filled.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'(.*)'$/, '$1'));
    },
    unused: () => commands.filter((command) => !taken.has(command)),
  };
};
