import { readLocalSettings } from '../../local/host/HostSettings';
import { findRunningStart, type RunningStart } from '../../local/start/RunFolder';

export interface SettingPlaces {
  /** Read and completed, as the SDKs look there. */
  readonly env: NodeJS.ProcessEnv;
  /** Where local.settings.json may be. */
  readonly folder: string;
  /** The clone whose `npm start` may be up. */
  readonly appRoot: string;
}

/** Settings that lead to a service: where one of them is given, all are the user's. */
const LEADS_TO_SERVICE =
  /^(?:StateStorage|ServiceBusConnection|DEFENDER_(?:TENANT|API|AUTH|CLOUD|REGION|CLIENT))/;

/**
 * Completes the environment, as the functions host does, from `Values` in local.settings.json. If neither leads to a
 * service, all settings of the `npm start` that runs here are taken, and it is returned: a mix would reach two worlds.
 * @throws Error when local.settings.json cannot be read
 */
export function enterSettings({ env, folder, appRoot }: SettingPlaces): RunningStart | null {
  for (const [name, value] of Object.entries(readLocalSettings(folder))) env[name] ??= value;
  if (Object.keys(env).some((name) => LEADS_TO_SERVICE.test(name))) return null;
  const running = findRunningStart(appRoot);
  if (running) Object.assign(env, running.settings);
  return running;
}
