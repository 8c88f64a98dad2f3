import { readSettings } from '../../../cdk/settings.ts';
import { type LocalServices, openLocal } from '../../../services/local/start.ts';
import { clockFrom } from '../../../shared/core/clock.ts';
import { stackTemplate } from '../../helpers/stack-template.ts';
import { NOON } from './pipeline.ts';

const settings = readSettings({});
const template = await stackTemplate(settings);

/** Opens a data folder as a command does. */
export const openFolder = (dataDir: string): Promise<LocalServices> =>
  openLocal({ settings, template, dataDir, clock: clockFrom(NOON), secrets: {}, console });
