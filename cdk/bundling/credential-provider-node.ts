/** Lambda puts a function's credentials into its environment, where the SDK's own chain looks first. */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
