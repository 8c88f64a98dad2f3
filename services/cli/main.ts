import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// What this process creates is for its owner only, whatever the umask of the shell is. SQLite knows no other way.
process.umask(0o077);

// Keeps compiled code between runs, so that a command starts in a third of the time. It must be on before anything else
// is loaded, so it has its own file. Node's default is in /tmp, where another account could put code for us to run.
enableCompileCache(join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'compile'));
await import('./environment/prepare.ts');
const { run } = await import('./program.ts');
await run();
