import type { Environment } from '../../shared/config/AppConfig';
import { removeProxies } from '../../shared/config/proxyVariables';
import {
  completeSettings,
  loadSettings,
  readSettings,
  type LoadedSettings,
} from '../settings/loadSettings';

export interface PlanSettings {
  readonly loaded: LoadedSettings;
  /** Null: no tenant is set. */
  readonly tenantId: string | null;
  /** What they were read from. */
  readonly env: Environment;
}

/** Settings without which none are valid, for a plan that reaches no service. */
const STAND_INS: readonly { readonly names: readonly string[]; readonly values: Environment }[] = [
  {
    names: ['ServiceBusConnection', 'ServiceBusConnection__fullyQualifiedNamespace'],
    values: { ServiceBusConnection__fullyQualifiedNamespace: 'not.used' },
  },
  {
    names: ['StateStorage', 'StateStorage__tableServiceUri', 'StateStorage__blobServiceUri'],
    values: { StateStorage: 'UseDevelopmentStorage=true' },
  },
  {
    names: ['DEFENDER_TENANT_ID'],
    values: { DEFENDER_TENANT_ID: '00000000-0000-0000-0000-000000000000' },
  },
];

/** `isAlone`: no service is reached, so those that lead to one may be missing. @throws {CannotStart} */
export function loadPlanSettings(isAlone: boolean): PlanSettings {
  if (!isAlone) {
    const loaded = loadSettings();
    return { loaded, tenantId: loaded.config.defender.tenantId, env: process.env };
  }
  const running = completeSettings();
  const { env } = process;
  const completed: Record<string, string | undefined> = { ...env };
  for (const { names, values } of STAND_INS)
    if (names.every((name) => !env[name])) Object.assign(completed, values);
  const loaded = readSettings(completed);
  removeProxies(env);
  const tenantId = env['DEFENDER_TENANT_ID'] ?? null;
  return { loaded: { ...loaded, running }, tenantId, env: completed };
}
