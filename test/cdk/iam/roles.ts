import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import { array, mixed, object, string } from 'yup';
import { ACCOUNT, nameInArn } from '../../../services/local/template/arn.ts';
import type { Resources } from '../../../services/local/template/read-resources.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}
interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

const document = () => mixed<PolicyDocument>().required();
const roleProperties = object({
  Policies: array(object({ PolicyName: string().required(), PolicyDocument: document() })).default([]),
  ManagedPolicyArns: array(string().required()).default([]),
});
const policyProperties = object({
  PolicyDocument: document(),
  Roles: array(string().required()).required(),
});

/** A role of the template with all of its permissions, and with every intrinsic resolved to an ARN. */
export interface TemplateRole {
  readonly id: string;
  readonly policies: readonly PolicyDocument[];
  readonly managed: readonly string[];
  /**
   * IAM's decision, by the rules that `@cloud-copilot/iam-simulate` implements.
   * @param keys the partition keys of the items
   */
  allows(action: string, resource: string, keys?: readonly string[]): boolean;
}

export const rolesOf = (resources: Resources): readonly TemplateRole[] => {
  const attached = resources.of({ type: 'AWS::IAM::Policy', properties: policyProperties });
  return resources
    .of({ type: 'AWS::IAM::Role', properties: roleProperties })
    .map(({ logicalId, properties }) => {
      const policies = [
        ...properties.Policies.map(({ PolicyDocument }) => PolicyDocument),
        ...attached
          .filter(({ properties: { Roles } }) => Roles.includes(logicalId))
          .map(({ properties: { PolicyDocument } }) => PolicyDocument),
      ];
      return {
        id: logicalId,
        policies,
        managed: properties.ManagedPolicyArns,
        // Unsafe: skips the check against the list of AWS's actions, which has no resource type for SendTaskSuccess.
        // AWS does authorize it on the state machine (aws-cdk pull request 8486, and the text of its access errors).
        allows: (action, resource, keys) =>
          runUnsafeSimulation(
            {
              request: {
                principal: `arn:aws:iam::${ACCOUNT}:role/${logicalId}`,
                action,
                resource: { resource, accountId: ACCOUNT },
                contextVariables: keys ? { 'dynamodb:LeadingKeys': [...keys] } : {},
              },
              identityPolicies: policies.map((policy, index) => ({ name: String(index), policy })),
              serviceControlPolicies: [],
              resourceControlPolicies: [],
            },
            {},
          ) === 'Allowed',
      };
    });
};

/** The role in the property `Role` (an ARN) of a resource. */
export const roleNamed = (roles: readonly TemplateRole[], arn: string): TemplateRole => {
  const id = arn.slice(arn.lastIndexOf('/') + 1);
  const role = roles.find((each) => each.id === id);
  if (role === undefined) throw new Error(`The template has no role ${nameInArn(arn)}`);
  return role;
};
