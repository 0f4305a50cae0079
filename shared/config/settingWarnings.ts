import type { Environment } from './AppConfig';
import { proxyVariables } from './proxyVariables';
import { SETTING_NAMES, type SettingName, type Settings } from './settings';

/** What our names begin with: an unknown one is a typo, or belongs to another version of the app. */
const OUR_PREFIXES =
  /^(?:ServiceBusConnection|StateStorage|(?:SIEM|LOOKUP|OUTPUT|QUARANTINE|INVENTORY|DEFENDER|INTERACTIVE|AGENT|BULK|MAX_LOOKUP|DENIED|RECHECK|ENRICH|INTERNAL_IP|CACHE_TTL|ENTRA|RESULT|PUBLIC_BASE|HTTP_AUTH)(?:_|$))/;

/** The settings that a way of signing in does not use. */
const UNUSED_BY_AUTH = {
  managedIdentity: ['DEFENDER_CLIENT_SECRET', 'DEFENDER_CLIENT_CERTIFICATE_PATH'],
  clientSecret: ['DEFENDER_CLIENT_CERTIFICATE_PATH'],
  clientCertificate: ['DEFENDER_CLIENT_SECRET'],
  federated: ['DEFENDER_CLIENT_SECRET', 'DEFENDER_CLIENT_CERTIFICATE_PATH'],
} as const satisfies Record<Settings['DEFENDER_AUTH'], readonly SettingName[]>;

/** Published per API (learn.microsoft.com/defender-endpoint/api, 2026-01): more only earns 429s. */
const PUBLISHED_PER_MINUTE = 100;
const PUBLISHED_PER_HOUR = 1500;

/** What is worth a look but must not stop the app. Names settings, never values. */
export function settingWarnings(settings: Settings, env: Environment): readonly string[] {
  const unknown = Object.keys(env)
    .filter((name) => OUR_PREFIXES.test(name) && !SETTING_NAMES.includes(name))
    .map((name) => `${name} is not a setting of this version`);
  const unused = UNUSED_BY_AUTH[settings.DEFENDER_AUTH]
    .filter((name) => settings[name] !== null)
    .map((name) => `${name} is not used with DEFENDER_AUTH ${settings.DEFENDER_AUTH}`);
  const warnings = [...unknown, ...unused];
  const proxies = proxyVariables(env);
  if (proxies.length > 0) {
    warnings.push(`${proxies.join(', ')} not used: this app asks its services without a proxy`);
  }
  if (settings.DEFENDER_REGION !== null && settings.DEFENDER_API_BASE_URL !== null) {
    warnings.push('DEFENDER_REGION is not used: DEFENDER_API_BASE_URL is set');
  }
  if (settings.DEFENDER_QUOTA_PER_MINUTE > PUBLISHED_PER_MINUTE) {
    warnings.push("DEFENDER_QUOTA_PER_MINUTE is above Defender's published 100");
  }
  if (settings.DEFENDER_QUOTA_PER_HOUR > PUBLISHED_PER_HOUR) {
    warnings.push("DEFENDER_QUOTA_PER_HOUR is above Defender's published 1500");
  }
  return warnings;
}
