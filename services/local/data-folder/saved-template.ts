import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTemplate, type Template } from '../template/parse-template.ts';
import { writeDurably } from './write-durably.ts';

const pathIn = (dataDir: string): string => join(dataDir, 'template.json');

/** Saves the template that describes the content of the data folder. */
export const saveTemplate = (dataDir: string, template: Template): void =>
  writeDurably(pathIn(dataDir), JSON.stringify(template));

/** Whether `npm start` has opened everything in the folder before. */
export const hasTemplate = (dataDir: string): boolean => existsSync(pathIn(dataDir));

/** Reads the template of the last start, `undefined` if there is none. It saves a short command the synthesis. */
export const savedTemplate = (dataDir: string): Template | undefined => {
  try {
    return parseTemplate(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')));
  } catch {
    // Missing, or from a version with another format: the settings synthesize a new one.
    return undefined;
  }
};
