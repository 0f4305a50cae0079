import { resolve } from 'node:path';
import { parseConfig } from '../../shared/config/parseConfig';
import type { AppConfig, AppSecrets, Environment } from '../../shared/config/AppConfig';
import { removeProxies } from '../../shared/config/proxyVariables';
import type { RunningStart } from '../../local/start/RunFolder';
import { CannotStart } from './CannotStart';
import { enterSettings } from './enterSettings';

export interface LoadedSettings {
  readonly config: AppConfig;
  readonly secrets: AppSecrets;
  readonly warnings: readonly string[];
  /** The `npm start` whose settings they are; null: they are the user's. */
  readonly running: RunningStart | null;
}

/** From dist/cli/settings. */
const appRoot = resolve(__dirname, '..', '..', '..');

/** Of this process and folder; see {@link enterSettings}. @throws {CannotStart} they cannot be used */
export function loadSettings(): LoadedSettings {
  const running = completeSettings();
  const parsed = readSettings(process.env);
  removeProxies(process.env);
  return { ...parsed, running };
}

/** @throws {CannotStart} names the settings that cannot be used, never their values */
export function readSettings(env: Environment): Omit<LoadedSettings, 'running'> {
  const parsed = parseConfig(env);
  if (parsed.ok) return parsed;
  const problems = parsed.problems.map(({ setting, message }) => `  ${setting} ${message}`);
  throw new CannotStart(
    `The settings cannot be used; --help names their places.\n${problems.join('\n')}`,
  );
}

/** As {@link enterSettings}. @throws {CannotStart} */
export function completeSettings(): RunningStart | null {
  try {
    return enterSettings({ env: process.env, folder: process.cwd(), appRoot });
  } catch (error) {
    throw new CannotStart(error instanceof Error ? error.message : String(error));
  }
}
