import { COMPLETE_PLAN, LEDGER_ACTIONS, USE_OURA_API_KEY } from '../../shared/core/deployment.ts';

// A wider right would pass every test that only uses it.
test('the rights that several functions share are these and no others', () => {
  expect(LEDGER_ACTIONS).toEqual(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem']);
  expect(COMPLETE_PLAN).toEqual({
    sid: 'CompletePlan',
    actions: ['states:SendTaskSuccess'],
    on: 'syncRun',
  });
  expect(USE_OURA_API_KEY).toEqual({
    sid: 'UseOuraApiKey',
    actions: ['ssm:GetParameter', 'ssm:PutParameter'],
    on: 'ouraApiKeyParameter',
  });
});
