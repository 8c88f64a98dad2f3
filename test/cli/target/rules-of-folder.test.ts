import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { applyPresentRules } from '../../../services/cli/target/rules-of-folder.ts';
import { savedTemplate } from '../../../services/local/data-folder/saved-template.ts';
import { openLocal } from '../../../services/local/start.ts';
import { createSleepTable } from '../../../shared/aws/store/sleep-table.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import { RULES_VERSION } from '../../../shared/core/night/assemble-night.ts';
import { localOptions, newFolder, removeFolders } from '../../local/support/machine.ts';

const FIXTURE = join(import.meta.dirname, '..', '..', 'fixtures', 'data-folder-0.1');

afterEach(removeFolders);

test('computes the nights of a folder of version 0.1 again, once, and revises and loses none', async () => {
  const dataDir = newFolder();
  cpSync(FIXTURE, dataDir, { recursive: true });
  const template = savedTemplate(dataDir);
  if (!template) throw new Error('no template');
  const services = await openLocal(localOptions(dataDir, { template }));
  try {
    const { dynamodb } = services.clients;
    const table = createSleepTable(dynamodb, LOGICAL_ID.ouraSleepTable);
    const items = async () =>
      ((await dynamodb.send(new ScanCommand({ TableName: LOGICAL_ID.ouraSleepTable }))).Items ?? []).sort(
        (one, other) => (String(one['date']) < String(other['date']) ? -1 : 1),
      );
    const before = await items();
    expect(before.map(({ rules_version }) => rules_version)).toEqual([undefined, undefined]);

    expect(await applyPresentRules(dataDir, table)).toBe(2);
    const after = await items();
    // These nights have one part, so that every value of the first version stays as it was.
    expect(after).toMatchObject(before.map(({ content_hash: _, ...night }) => night));
    for (const night of after) {
      expect(night).toMatchObject({
        rules_version: RULES_VERSION,
        time_in_bed: expect.any(Number),
        remarks: [],
      });
    }
    expect(await Array.fromAsync(table.scan())).toHaveLength(2);
    expect(await applyPresentRules(dataDir, table)).toBe(0);
  } finally {
    await services.stop();
  }
});
