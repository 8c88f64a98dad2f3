import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { OuraSyncStack } from './oura-sync-stack.ts';
import { readSettings, settingsInContext } from './settings.ts';
import type { Template } from './template.ts';

/** Reads the `context` of cdk.json: CDK feature flags and possibly settings. */
export const projectContext = (): Record<string, unknown> => {
  const file: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'cdk.json'), 'utf8'));
  return { ...(file as { context: Record<string, unknown> }).context };
};

/**
 * Synthesizes the template of `cdk synth` without command line, network or bundling. Only asset hashes differ. `given`
 * takes precedence over the settings in cdk.json. Throws SettingsInvalid.
 */
export const synthesize = (given: Record<string, unknown> = {}): Template => {
  const context = projectContext();
  const settings = readSettings({ ...settingsInContext(context), ...given });
  const outdir = mkdtempSync(join(tmpdir(), 'oura-sync-'));
  try {
    const app = new App({
      outdir,
      context: { ...context, 'aws:cdk:bundling-stacks': [] },
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
