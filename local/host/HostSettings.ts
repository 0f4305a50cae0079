import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../shared/json/parseJson';

/** App settings by name, as the environment holds them. */
export type HostSettings = Readonly<Record<string, string | undefined>>;

const localSettings = z.object({ Values: z.record(z.string(), z.string()).default({}) });

/**
 * `Values` of local.settings.json; empty when the file is not there.
 *
 * @throws Error when the file is there and cannot be read.
 */
export function readLocalSettings(appRoot: string): HostSettings {
  let text: string;
  try {
    text = readFileSync(join(appRoot, 'local.settings.json'), 'utf8');
  } catch {
    return {};
  }
  const json = parseJson(text);
  if (json === undefined) throw new Error('local.settings.json is not JSON.');
  const parsed = localSettings.safeParse(json);
  if (parsed.success) return parsed.data.Values;
  const wrong = parsed.error.issues.map(({ path }) => path.join('.') || 'all of it');
  throw new Error(`local.settings.json: text in quotes is needed in ${wrong.join(', ')}.`);
}

/** `AzureWebJobs.<function>.Disabled`, true when `true` or `1`. */
export function isDisabled(functionName: string, settings: HostSettings): boolean {
  return /^(true|1)$/i.test(settings[`AzureWebJobs.${functionName}.Disabled`] ?? '');
}

/** Replaces each `%NAME%` by that setting. @throws Error naming the setting that is missing. */
export function resolveSettingReferences(text: string, settings: HostSettings): string {
  return text.replaceAll(/%([^%]+)%/g, (_, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`"%${name}%" does not resolve to a value.`);
    return value;
  });
}
