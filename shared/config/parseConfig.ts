import type { AppConfig, AppSecrets, SettingProblem } from './AppConfig';

export type ParsedConfig =
  | {
      readonly ok: true;
      readonly config: AppConfig;
      readonly secrets: AppSecrets;
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly SettingProblem[] };

/** Reads and checks every setting; reports all problems at once, by name, never by value. */
export declare function parseConfig(
  env: Readonly<Record<string, string | undefined>>,
): ParsedConfig;
