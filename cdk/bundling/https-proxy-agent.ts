/** There is no proxy (`proxy: false`). axios still asks whether an agent is one of these, so it is a class. */
export default class HttpsProxyAgent {
  constructor() {
    throw new Error('The bundle has no proxy agent: cdk/bundling/https-proxy-agent.ts');
  }
}
