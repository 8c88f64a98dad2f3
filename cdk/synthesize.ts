import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { OuraSyncStack } from './oura-sync-stack.ts';
import { projectContext } from './project-context.ts';
import { readSettings } from './settings.ts';
import type { Template } from './template.ts';

/**
 * Synthesizes the template of `cdk synth` with the settings `given`, without command line, network or bundling. Only asset
 * hashes differ. Throws SettingsInvalid.
 */
export const synthesize = (given: Record<string, unknown> = {}): Template => {
  const settings = readSettings(given);
  const outdir = mkdtempSync(join(tmpdir(), 'oura-sync-'));
  try {
    const app = new App({
      outdir,
      context: { ...projectContext(), 'aws:cdk:bundling-stacks': [] },
      // `cdk synth` validates. Here it would take a second and 250 MB at every start.
      builtinCloudFormationValidation: false,
      analyticsReporting: false,
      treeMetadata: false,
    });
    const { artifactId } = new OuraSyncStack(app, settings.stackName, { settings });
    return app.synth().getStackArtifact(artifactId).template;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};
