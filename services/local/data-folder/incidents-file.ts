import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { array, boolean, type InferType, number, object, string } from 'yup';
import { systemCode } from '../../../shared/core/system-reason.ts';
import { writeDurably } from './write-durably.ts';

const incidentSchema = object({
  /** The ID of the problem. */
  id: string().required(),
  /** What was announced. No health value. */
  text: string().required(),
  opened_at: string().required(),
  announced: boolean().required(),
  /** Set until the end has been announced, too. */
  resolved_at: string().nullable().default(null),
});

const schema = object({
  incidents: array(incidentSchema.required()).required(),
  /** Since when the destination fails; null if the last notification arrived. */
  failure: object({
    since: string().required(),
    attempts: number().required(),
    next_attempt_at: string().required(),
    reason: string().required(),
  })
    .nullable()
    .default(null),
});

export type Incident = InferType<typeof incidentSchema>;

/** The notifications of a data folder: what is open, what was announced, and whether the destination fails. */
export type Incidents = InferType<typeof schema>;

const NO_INCIDENTS: Incidents = { incidents: [], failure: null };

/** The file always has whole blocks, so that it can be overwritten in place on a full disk. JSON ends in any number of spaces. */
const BLOCK = 4096;

const pathIn = (dataDir: string): string => join(dataDir, 'incidents.json');

/** None if there is no file, or if it is damaged: then what is open is announced once more. */
export const readIncidents = (dataDir: string): Incidents => {
  try {
    return schema.validateSync(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')));
  } catch {
    return NO_INCIDENTS;
  }
};

/** Fills text with spaces to a length in bytes. */
const padded = (text: string, bytes: number): string =>
  text + ' '.repeat(Math.max(0, bytes - Buffer.byteLength(text)));

const overwrite = (path: string, text: string): void => {
  const file = openSync(path, 'r+');
  try {
    writeSync(file, padded(text, statSync(path).size), 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/** Writes the file durably; on a full disk in place. Throws if that fails too. */
export const writeIncidents = (dataDir: string, incidents: Incidents): void => {
  const text = JSON.stringify(incidents);
  const path = pathIn(dataDir);
  try {
    writeDurably(path, padded(text, Math.ceil(Buffer.byteLength(text) / BLOCK) * BLOCK));
  } catch (error: unknown) {
    if (systemCode(error) === undefined) throw error;
    // A full disk is announced once, not at each start of a service.
    overwrite(path, text);
  }
};

/** Creates the file, if there is none, while there is room. Does nothing if there is none. */
export const reserveIncidents = (dataDir: string): void => {
  if (existsSync(pathIn(dataDir))) return;
  try {
    writeIncidents(dataDir, NO_INCIDENTS);
  } catch (error: unknown) {
    if (systemCode(error) === undefined) throw error;
  }
};
