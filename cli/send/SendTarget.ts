import type { AppConfig, AppSecrets } from '../../shared/config/AppConfig';
import { serviceBusHost } from '../../shared/config/connectionStrings';
import { enterSettings, type SettingPlaces } from '../settings/enterSettings';
import { readSettings } from '../settings/loadSettings';
import { CannotSend } from './CannotSend';

const CONNECTION = /^ServiceBusConnection(__|$)/;

type Settings = Readonly<Record<string, string | undefined>>;

/** Where messages go. */
export interface SendTarget {
  readonly config: AppConfig;
  readonly secrets: AppSecrets;
  readonly settings: Settings;
  /** For people. */
  readonly name: string;
  /** Where the app answers over HTTP, without a slash at the end; null: not known. */
  readonly origin: string | null;
}

/**
 * The namespace that the settings name; if they name none, the `npm start` that runs here.
 * @throws {CannotSend | CannotStart} neither, or the settings cannot be used
 */
export function findTarget(places: SettingPlaces): SendTarget {
  const running = enterSettings(places);
  const { env: settings } = places;
  const isNamed = Object.entries(settings).some(([name, value]) => CONNECTION.test(name) && value);
  if (!isNamed) {
    throw new CannotSend(
      'No target to send to: no `npm start` runs from this folder, and ServiceBusConnection is not set. Start it, or see --help.',
    );
  }
  const { config, secrets } = readSettings(settings);
  const origin = running?.functions[0] ?? null;
  return {
    config,
    secrets,
    settings,
    name:
      config.serviceBus.fullyQualifiedNamespace ??
      serviceBusHost(secrets.serviceBusConnectionString ?? '') ??
      'Service Bus',
    origin: origin ?? config.publicBaseUrl,
  };
}
