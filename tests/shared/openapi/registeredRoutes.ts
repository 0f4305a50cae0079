import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type * as AppContextModule from '../../../functions/appContext';
import type { DescribedRoute } from '../../../shared/openapi/DescribedRoute';
import { CLOUD_SETTINGS } from '../../shared/config/exampleSettings';

const FUNCTIONS = join(__dirname, '..', '..', '..', 'functions');

/** The routes of the app as it registers them itself; nothing connects before it is used. */
export async function registeredRoutes(): Promise<readonly DescribedRoute[]> {
  Object.assign(process.env, CLOUD_SETTINGS);
  for (const name of readdirSync(FUNCTIONS)) {
    const register = join(FUNCTIONS, name, 'register');
    if (existsSync(`${register}.ts`)) await import(register);
  }
  const { appContext } = (await import(join(FUNCTIONS, 'appContext'))) as typeof AppContextModule; // by path, like the others
  if (!appContext.ok) throw new Error('The example settings cannot be used');
  return appContext.http.routes;
}
