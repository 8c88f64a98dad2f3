import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTemplate, type Template } from '../template/parse-template.ts';
import { writeDurably } from './write-durably.ts';

const pathIn = (dataDir: string): string => join(dataDir, 'template.json');

/** Keeps the template that a data folder was last run with: what is in the folder is as that template says. */
export const saveTemplate = (dataDir: string, template: Template): void =>
  writeDurably(pathIn(dataDir), JSON.stringify(template));

/** The template that the data folder was last run with; undefined where none was kept. Saves looking in a synthesis. */
export const savedTemplate = (dataDir: string): Template | undefined => {
  try {
    return parseTemplate(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')));
  } catch {
    // None there, or one of a version that described stacks otherwise: the settings make a new one.
    return undefined;
  }
};
