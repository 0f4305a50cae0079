import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { CannotStart } from './CannotStart';

/** The app that azd has deployed from this folder. */
export interface DeployedApp {
  readonly environment: string;
  /** Its address. */
  readonly url: string;
  /** `FUNCTION_KEY` of the environment; null: not set there. */
  readonly key: string | null;
}

const folderConfig = z.object({ defaultEnvironment: z.string().optional() });

/**
 * Of the environment `AZURE_ENV_NAME`, else of the one that azd takes by default in `folder`; null: azd knows none here,
 * or has deployed nothing. @throws {CannotStart} its files cannot be read, or hold no address
 */
export function deployedApp(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): DeployedApp | null {
  const home = join(folder, '.azure');
  const environment = env['AZURE_ENV_NAME'] ?? defaultEnvironment(join(home, 'config.json'));
  if (!environment) return null;
  const text = readIfPresent(join(home, environment, '.env'));
  const { ENRICHER_URL: url, FUNCTION_KEY: key = null } = parseEnv(text ?? '');
  if (!url) return null;
  if (!URL.canParse(url))
    throw new CannotStart(
      `ENRICHER_URL of azd's environment ${environment} is no URL: azd provision sets it.`,
    );
  return { environment, url, key };
}

function defaultEnvironment(file: string): string | undefined {
  const text = readIfPresent(file);
  if (text === null) return undefined;
  try {
    return folderConfig.parse(JSON.parse(text)).defaultEnvironment;
  } catch {
    throw new CannotStart(
      `Cannot read ${file}: run azd env select NAME, or name the app by --app.`,
    );
  }
}

const readIfPresent = (file: string): string | null =>
  existsSync(file) ? readFileSync(file, 'utf8') : null;
