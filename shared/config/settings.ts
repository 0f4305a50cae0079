import { z } from 'zod';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../clock/durations';
import { CACHE_TIMES, type CacheSetting } from '../defender/cacheTimes';
import { printFilter } from '../defender/odata';
import { parseFilter } from '../defender/parseFilter';
import { INDICATOR_KINDS } from '../indicators/Indicator';
import { KINDS } from '../kinds/kinds';
import { parseIpRanges } from '../indicators/parseIpRanges';
import { OUTPUT_FORMATS } from '../projections/OutputFormat';
import type { InventoryOutput } from './AppConfig';
import { isServiceBusConnectionString, isStorageConnectionString } from './connectionStrings';
import { DEFENDER_REGIONS } from './defenderClouds';
import { isNcrontab } from './isNcrontab';
import {
  flag,
  listOf,
  matching,
  oneOf,
  orNone,
  readBaseUrl,
  readGuid,
  setting,
  wholeNumber,
} from './settingReaders';

const INVENTORY_OUTPUTS: readonly InventoryOutput[] = ['ndjson', 'csv', 'parquet'];

const guid = setting('must be a GUID', readGuid);
const baseUrl = setting('must be a URL without credentials, query and fragment', readBaseUrl);
const identity = setting('must be managedidentity', (text) =>
  text.toLowerCase() === 'managedidentity' ? text : null,
);
const queueName = matching(
  'must be a queue name: letters, digits and . - _ /',
  /^[a-z0-9](?:[a-z0-9._/-]*[a-z0-9])?$/i,
  260,
);
const queueNameOrOff = queueName.transform((name) => (name.toLowerCase() === 'none' ? null : name));
const ttlMs = (defaultMs: number) => wholeNumber(0, 30 * DAY_MS).default(defaultMs);
const CACHE_SETTINGS = Object.fromEntries(
  Object.values(CACHE_TIMES).map(({ setting, defaultMs }) => [setting, ttlMs(defaultMs)]),
) as Readonly<Record<CacheSetting, ReturnType<typeof ttlMs>>>; // just made of them
const text = (maxLength: number) =>
  matching(`must be at most ${maxLength} printable characters`, /^[^\p{Cc}]+$/u, maxLength);

/** Every setting of this app with its default: what `docs/settings.md` explains. */
export const SETTINGS = {
  ServiceBusConnection: orNone(
    setting('must be a connection string of a Service Bus namespace', (value) =>
      isServiceBusConnectionString(value) ? value : null,
    ),
  ),
  ServiceBusConnection__fullyQualifiedNamespace: orNone(
    matching('must be a host name, without sb://', /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i, 253),
  ),
  ServiceBusConnection__credential: orNone(identity),
  ServiceBusConnection__clientId: orNone(guid),
  StateStorage: orNone(
    setting('must be a storage connection string', (value) =>
      isStorageConnectionString(value) ? value : null,
    ),
  ),
  StateStorage__tableServiceUri: orNone(baseUrl),
  StateStorage__blobServiceUri: orNone(baseUrl),
  StateStorage__credential: orNone(identity),
  StateStorage__clientId: orNone(guid),
  SIEM_QUEUE: queueName.default('siem-indicators'),
  LOOKUP_QUEUE: queueName.default('lookups'),
  OUTPUT_QUEUE: queueName.default('enriched-machines'),
  QUARANTINE_QUEUE: queueName.default('quarantine'),
  INVENTORY_QUEUE: queueName.default('inventory-pages'),
  REQUEST_QUEUE: queueNameOrOff.default('enriched-requests'),
  REQUEST_PARTIAL_AFTER_MS: wholeNumber(0, DAY_MS).default(10 * MINUTE_MS),
  PUBLIC_BASE_URL: orNone(baseUrl),
  DEFENDER_CLOUD: oneOf('commercial', 'gcc', 'gccHigh', 'dod').default('commercial'),
  DEFENDER_REGION: orNone(oneOf(...DEFENDER_REGIONS)),
  DEFENDER_TENANT_ID: guid,
  DEFENDER_AUTH: oneOf('managedIdentity', 'clientSecret', 'clientCertificate', 'federated').default(
    'managedIdentity',
  ),
  DEFENDER_CLIENT_ID: orNone(guid),
  DEFENDER_CLIENT_SECRET: orNone(text(1024)),
  DEFENDER_CLIENT_CERTIFICATE_PATH: orNone(text(1024)),
  DEFENDER_TOKEN_SCOPE: orNone(text(256)),
  DEFENDER_API_BASE_URL: orNone(baseUrl),
  DEFENDER_QUOTA_PER_MINUTE: wholeNumber(1, 100_000).default(100),
  DEFENDER_QUOTA_PER_HOUR: wholeNumber(1, 1_000_000).default(1500),
  DEFENDER_QUOTA_SCOPE: oneOf('endpoint', 'application').default('endpoint'),
  INTERACTIVE_RESERVE_PER_HOUR: wholeNumber(0, 1_000_000).default(15),
  INTERACTIVE_RESERVE_PER_MINUTE: wholeNumber(0, 100_000).default(10),
  INTERACTIVE_MAX_PER_HOUR: wholeNumber(0, 1_000_000).default(300),
  INTERACTIVE_MAX_PER_MINUTE: wholeNumber(0, 100_000).default(30),
  INTERACTIVE_MAX_WAIT_MS: wholeNumber(0, MINUTE_MS).default(10_000),
  AGENT_MAX_PER_MINUTE: wholeNumber(0, 1000).default(10),
  AGENT_MAX_PER_HOUR: wholeNumber(0, 1000).default(100),
  BULK_PER_TEN_MINUTES: wholeNumber(0, 1_000_000).default(275),
  MAX_LOOKUP_AGE_MS: wholeNumber(MINUTE_MS, 36 * HOUR_MS).default(DAY_MS),
  DENIED_AFTER_MS: wholeNumber(0, 14 * DAY_MS).default(4 * HOUR_MS),
  RECHECK_AFTER_MS: wholeNumber(0, DAY_MS).default(15 * MINUTE_MS),
  RECHECK_KINDS: listOf(
    `must be a list of ${INDICATOR_KINDS.join(', ')}, or none`,
    (item) => INDICATOR_KINDS.find((kind) => kind === item) ?? null,
  ).default(INDICATOR_KINDS.filter((kind) => KINDS[kind].isRechecked)),
  ENRICH_IP_ALERTS: flag().default(true),
  ENRICH_IP_LAST_KNOWN: flag().default(true),
  BATCH_MAX_QUESTIONS: wholeNumber(1, 1000).default(30),
  INTERNAL_IP_RANGES: setting('must be a list of CIDRs, or none', parseIpRanges).default([]),
  ...CACHE_SETTINGS,
  HTTP_AUTH: oneOf('functionKey', 'entra', 'none').default('functionKey'),
  ENTRA_AUDIENCE: orNone(matching('must be an application id or its URI', /^\S+$/, 256)),
  ENTRA_TENANT_ID: orNone(guid),
  ENTRA_ALLOWED_APP_IDS: listOf('must be a list of GUIDs, or none', readGuid).default([]),
  ENTRA_REQUIRED_ROLE: matching('must be the name of an app role', /^\S+$/, 120).default(
    'Enrichment.Read',
  ),
  INVENTORY_SCHEDULE: setting('must be an NCRONTAB expression with six fields', (value) =>
    isNcrontab(value) ? value : null,
  ).default('0 15 2 * * *'),
  INVENTORY_FILTER: orNone(
    setting('must be an OData filter over properties that Defender documents', (value) => {
      const parsed = parseFilter(value);
      return parsed.ok ? printFilter(parsed.filter) : null;
    }),
  ),
  INVENTORY_PAGE_SIZE: wholeNumber(1, 10_000).default(10_000),
  INVENTORY_OUTPUTS: listOf(
    `must be a list of ${INVENTORY_OUTPUTS.join(', ')}`,
    (item) => INVENTORY_OUTPUTS.find((output) => output === item) ?? null,
  ).default(['ndjson', 'csv']),
  INVENTORY_KEEP_DAYS: wholeNumber(1, 3650).default(30),
  INVENTORY_MAX_DROP_PERCENT: wholeNumber(0, 100).default(20),
  OUTPUT_FORMAT: oneOf(...OUTPUT_FORMATS).default('native'),
  // Longer than the output queue's 14 days.
  RESULT_KEEP_DAYS: wholeNumber(15, 3650).default(30),
  TELEMETRY: oneOf('logs', 'azureMonitor', 'otlp').default('logs'),
};

export type SettingName = keyof typeof SETTINGS;
export const SETTING_NAMES: readonly string[] = Object.keys(SETTINGS);

/** Set by the platform or the operator, not by this app's deployment; they still change what the app does. */
const PLATFORM_SETTINGS = {
  AZURE_FUNCTIONS_ENVIRONMENT: z
    .string()
    .default('')
    .transform((name) => (name.toLowerCase() === 'development' ? 'Development' : 'Production')),
  NODE_TLS_REJECT_UNAUTHORIZED: z.string().default('1'),
  APPLICATIONINSIGHTS_CONNECTION_STRING: z.string().nullable().default(null),
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: z.string().nullable().default(null),
};

export const settingsSchema = z.object({ ...SETTINGS, ...PLATFORM_SETTINGS });
export type Settings = z.infer<typeof settingsSchema>;
