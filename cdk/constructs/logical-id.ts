import { CfnResource } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * Sets the logical ID of the construct's resource and returns the resource. People, tests and the local runtime look it
 * up by that ID, and the CDK would add a hash.
 */
export const nameResource = (construct: Construct, name: string): CfnResource => {
  const resource = construct.node.defaultChild;
  if (!CfnResource.isCfnResource(resource))
    throw new TypeError(`${construct.node.path} has no resource of its own`);
  resource.overrideLogicalId(name);
  return resource;
};
