import type { Environment } from './AppConfig';

const PROXY_VARIABLE = /^(?:https?|all)_proxy$/i;

/** The variables that name a proxy. An empty value means: not set. */
export function proxyVariables(env: Environment): readonly string[] {
  return Object.keys(env).filter((name) => PROXY_VARIABLE.test(name) && env[name]);
}

/**
 * This app goes straight to storage, broker, identity and Defender, as Azure's own networks expect. Its libraries
 * read proxies from the environment and offer no way to disable that, so none may be set when they are first used.
 */
export function removeProxies(env: Record<string, string | undefined>): void {
  for (const name of proxyVariables(env)) Reflect.deleteProperty(env, name);
}
