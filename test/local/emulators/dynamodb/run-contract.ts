import { spawnSync } from 'node:child_process';

// Runs the contract suite against another DynamoDB than ours, such as DynamoDB Local or AWS.

if (!process.env['DYNAMODB_ENDPOINT']) {
  console.log('*** SKIPPED: set DYNAMODB_ENDPOINT to the URL of a DynamoDB, such as http://127.0.0.1:8000');
} else {
  const { status } = spawnSync('npm', ['test', '--', 'dynamodb/.*contract', '--maxWorkers=1'], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
