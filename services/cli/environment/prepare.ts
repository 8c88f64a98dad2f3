// Loaded before everything else, because modules read the environment and the current folder when they are loaded.
import { enterFolderOfCaller } from './caller.ts';
import { ensureHome } from './libraries.ts';
import { routeRequests } from './proxies.ts';

ensureHome(process.env);
enterFolderOfCaller(process.env);
routeRequests(process.env);
