import { type CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';

/** The resources of a deployed stack by logical ID. */
export type StackResources = ReadonlyMap<string, { readonly type: string; readonly physicalId: string }>;

export const listResources = async (
  client: CloudFormationClient,
  stackName: string,
): Promise<StackResources> => {
  const found = new Map<string, { type: string; physicalId: string }>();
  for await (const page of paginateListStackResources({ client }, { StackName: stackName })) {
    for (const { LogicalResourceId, ResourceType, PhysicalResourceId } of page.StackResourceSummaries ?? []) {
      if (LogicalResourceId && ResourceType && PhysicalResourceId) {
        found.set(LogicalResourceId, { type: ResourceType, physicalId: PhysicalResourceId });
      }
    }
  }
  return found;
};
