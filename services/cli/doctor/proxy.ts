import { proxyChoice } from '../environment/proxies.ts';
import { type Finding, ok, warning } from './finding.ts';

/** A line if the environment names a proxy. Whether it works shows the line about Oura. */
export const checkProxy = (env: NodeJS.ProcessEnv): Finding[] => {
  const choice = proxyChoice(env);
  if (choice.kind === 'none') return [];
  const { variable } = choice;
  if (choice.kind === 'unusable')
    return [
      warning(
        'proxy',
        `${variable} is ignored: it is not the URL of an http or https proxy`,
        `set ${variable} to a URL such as http://proxy.example:3128, or unset it`,
      ),
    ];
  return [
    ok('proxy', `requests to Oura use ${choice.url} (${variable}), except for hosts that NO_PROXY names`),
  ];
};
