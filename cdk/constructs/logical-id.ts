import { CfnResource } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * Gives the resource behind `construct` the logical ID `name` in place of CDK's hashed one: people, tests and the
 * local runtime look it up by that name. Returns the resource.
 */
export const nameResource = (construct: Construct, name: string): CfnResource => {
  const resource = construct.node.defaultChild;
  if (!CfnResource.isCfnResource(resource))
    throw new TypeError(`${construct.node.path} has no resource of its own`);
  resource.overrideLogicalId(name);
  return resource;
};
