import type { SettingProblem } from './AppConfig';
import { DEFENDER_CLOUDS } from './defenderClouds';
import type { Settings } from './settings';

/** What must hold between settings. The first one named gets the blame; `message` completes "<setting> …". */
interface SettingRule {
  readonly settings: readonly [keyof Settings, ...(keyof Settings)[]];
  readonly holds: (settings: Settings) => boolean;
  readonly message: string;
}

const CONNECTION_RULES: readonly SettingRule[] = [
  {
    settings: ['ServiceBusConnection', 'ServiceBusConnection__fullyQualifiedNamespace'],
    holds: (s) =>
      (s.ServiceBusConnection ?? s.ServiceBusConnection__fullyQualifiedNamespace) !== null,
    message: 'is missing: set it, or ServiceBusConnection__fullyQualifiedNamespace',
  },
  {
    settings: ['ServiceBusConnection', 'ServiceBusConnection__fullyQualifiedNamespace'],
    holds: (s) =>
      s.ServiceBusConnection === null || s.ServiceBusConnection__fullyQualifiedNamespace === null,
    message: 'excludes ServiceBusConnection__fullyQualifiedNamespace: set one of the two',
  },
  {
    settings: ['StateStorage', 'StateStorage__tableServiceUri', 'StateStorage__blobServiceUri'],
    holds: (s) =>
      s.StateStorage !== null ||
      s.StateStorage__tableServiceUri !== null ||
      s.StateStorage__blobServiceUri !== null,
    message:
      'is missing: set it, or StateStorage__tableServiceUri and StateStorage__blobServiceUri',
  },
  {
    settings: ['StateStorage', 'StateStorage__tableServiceUri', 'StateStorage__blobServiceUri'],
    holds: (s) =>
      s.StateStorage === null ||
      (s.StateStorage__tableServiceUri === null && s.StateStorage__blobServiceUri === null),
    message: 'excludes StateStorage__tableServiceUri and StateStorage__blobServiceUri',
  },
  ...(['ServiceBusConnection', 'StateStorage'] as const).map((connection): SettingRule => {
    const credential = `${connection}__credential` as const;
    const clientId = `${connection}__clientId` as const;
    return {
      settings: [credential, clientId],
      holds: (s) => s[clientId] === null || s[credential] !== null,
      message: `must be managedidentity when ${clientId} is set`,
    };
  }),
  ...(
    [
      ['StateStorage__tableServiceUri', 'StateStorage__blobServiceUri'],
      ['StateStorage__blobServiceUri', 'StateStorage__tableServiceUri'],
    ] as const
  ).flatMap(([uri, other]): SettingRule[] => [
    {
      settings: [uri, other],
      holds: (s) => s[uri] !== null || s[other] === null,
      message: `is missing: ${other} is set`,
    },
    { settings: [uri], holds: (s) => s[uri] === null || isHttps(s[uri]), message: 'must be https' },
  ]),
  {
    settings: [
      'SIEM_QUEUE',
      'LOOKUP_QUEUE',
      'OUTPUT_QUEUE',
      'REQUEST_QUEUE',
      'QUARANTINE_QUEUE',
      'INVENTORY_QUEUE',
    ],
    holds: (s) => {
      const names = [
        s.SIEM_QUEUE,
        s.LOOKUP_QUEUE,
        s.OUTPUT_QUEUE,
        s.QUARANTINE_QUEUE,
        s.INVENTORY_QUEUE,
        ...(s.REQUEST_QUEUE === null ? [] : [s.REQUEST_QUEUE]),
      ].map((name) => name.toLowerCase());
      return new Set(names).size === names.length;
    },
    message: 'and the other queues must have different names',
  },
  {
    settings: ['PUBLIC_BASE_URL', 'AZURE_FUNCTIONS_ENVIRONMENT'],
    holds: (s) =>
      s.PUBLIC_BASE_URL === null || isHttps(s.PUBLIC_BASE_URL) || isLocal(s, s.PUBLIC_BASE_URL),
    message: 'must be https',
  },
  {
    settings: ['NODE_TLS_REJECT_UNAUTHORIZED'],
    holds: (s) => s.NODE_TLS_REJECT_UNAUTHORIZED !== '0',
    message: 'switches TLS verification off, and tokens would go to anyone: remove it',
  },
];

const DEFENDER_RULES: readonly SettingRule[] = [
  {
    settings: ['DEFENDER_REGION', 'DEFENDER_CLOUD'],
    holds: (s) => s.DEFENDER_REGION === null || s.DEFENDER_CLOUD === 'commercial',
    message: 'is for DEFENDER_CLOUD commercial only',
  },
  {
    settings: ['DEFENDER_API_BASE_URL', 'DEFENDER_CLOUD', 'AZURE_FUNCTIONS_ENVIRONMENT'],
    holds: (s) =>
      s.DEFENDER_API_BASE_URL === null ||
      isOneOf(DEFENDER_CLOUDS[s.DEFENDER_CLOUD].apiOrigins, s.DEFENDER_API_BASE_URL) ||
      isLocal(s, s.DEFENDER_API_BASE_URL),
    message:
      'must be an origin of Defender in this DEFENDER_CLOUD, or a loopback one when AZURE_FUNCTIONS_ENVIRONMENT is Development',
  },
  {
    settings: ['DEFENDER_TOKEN_SCOPE', 'DEFENDER_CLOUD'],
    holds: (s) =>
      s.DEFENDER_TOKEN_SCOPE === null ||
      isOneOf(DEFENDER_CLOUDS[s.DEFENDER_CLOUD].tokenScopes, s.DEFENDER_TOKEN_SCOPE),
    message: 'must be a token scope of Defender in this DEFENDER_CLOUD',
  },
  {
    settings: ['DEFENDER_CLIENT_ID', 'DEFENDER_AUTH'],
    holds: (s) => s.DEFENDER_AUTH === 'managedIdentity' || s.DEFENDER_CLIENT_ID !== null,
    message: 'is missing: this DEFENDER_AUTH needs it',
  },
  {
    settings: ['DEFENDER_CLIENT_SECRET', 'DEFENDER_AUTH'],
    holds: (s) => s.DEFENDER_AUTH !== 'clientSecret' || s.DEFENDER_CLIENT_SECRET !== null,
    message: 'is missing: this DEFENDER_AUTH needs it',
  },
  {
    settings: ['DEFENDER_CLIENT_CERTIFICATE_PATH', 'DEFENDER_AUTH'],
    holds: (s) =>
      s.DEFENDER_AUTH !== 'clientCertificate' || s.DEFENDER_CLIENT_CERTIFICATE_PATH !== null,
    message: 'is missing: this DEFENDER_AUTH needs it',
  },
  {
    settings: ['DEFENDER_QUOTA_PER_MINUTE', 'DEFENDER_QUOTA_PER_HOUR'],
    holds: (s) => s.DEFENDER_QUOTA_PER_MINUTE <= s.DEFENDER_QUOTA_PER_HOUR,
    message: 'must not be above DEFENDER_QUOTA_PER_HOUR',
  },
  ...(['MINUTE', 'HOUR'] as const).flatMap((window): SettingRule[] => {
    const reserve = `INTERACTIVE_RESERVE_PER_${window}` as const;
    const quota = `DEFENDER_QUOTA_PER_${window}` as const;
    const max = `INTERACTIVE_MAX_PER_${window}` as const;
    return [
      {
        settings: [reserve, quota],
        holds: (s) => s[reserve] < s[quota],
        message: `must be below ${quota}, or nothing is left for the queue`,
      },
      {
        settings: [reserve, max],
        holds: (s) => s[reserve] <= s[max],
        message: `must not be above ${max}, or part of it can never be used`,
      },
    ];
  }),
];

/** Parts in any order, one of them the key: the exporter throws at the start of the process for anything else. */
const APPLICATION_INSIGHTS =
  /^(?=(?:[^;]*;)*InstrumentationKey=[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?:;|$))[^;=]+=[^;=]*(?:;[^;=]+=[^;=]*)*$/i;

const OTHER_RULES: readonly SettingRule[] = [
  {
    settings: ['APPLICATIONINSIGHTS_CONNECTION_STRING', 'TELEMETRY'],
    holds: (s) =>
      s.TELEMETRY !== 'azureMonitor' || s.APPLICATIONINSIGHTS_CONNECTION_STRING !== null,
    message: 'is missing: TELEMETRY azureMonitor needs it',
  },
  {
    settings: ['APPLICATIONINSIGHTS_CONNECTION_STRING', 'TELEMETRY'],
    holds: (s) =>
      s.TELEMETRY !== 'azureMonitor' ||
      s.APPLICATIONINSIGHTS_CONNECTION_STRING === null ||
      APPLICATION_INSIGHTS.test(s.APPLICATIONINSIGHTS_CONNECTION_STRING),
    message: 'must be InstrumentationKey=<GUID>;IngestionEndpoint=<https address>;…',
  },
  {
    settings: ['HTTP_AUTH', 'AZURE_FUNCTIONS_ENVIRONMENT'],
    holds: (s) => s.HTTP_AUTH !== 'none' || s.AZURE_FUNCTIONS_ENVIRONMENT === 'Development',
    message: 'must not be none unless AZURE_FUNCTIONS_ENVIRONMENT is Development',
  },
  {
    settings: ['ENTRA_AUDIENCE', 'HTTP_AUTH'],
    holds: (s) => s.HTTP_AUTH !== 'entra' || s.ENTRA_AUDIENCE !== null,
    message: 'is missing: HTTP_AUTH entra needs it',
  },
  {
    settings: ['ENTRA_TENANT_ID', 'HTTP_AUTH'],
    holds: (s) => s.HTTP_AUTH !== 'entra' || s.ENTRA_TENANT_ID !== null,
    message: 'is missing: HTTP_AUTH entra needs it',
  },
  {
    settings: ['INVENTORY_OUTPUTS'],
    holds: (s) => s.INVENTORY_OUTPUTS.length > 0,
    message: 'must not be empty',
  },
];

/** Applies every rule whose settings were all readable. */
export function checkSettings(
  settings: Settings,
  unreadable: ReadonlySet<unknown>,
): readonly SettingProblem[] {
  return [...CONNECTION_RULES, ...DEFENDER_RULES, ...OTHER_RULES]
    .filter((rule) => !rule.settings.some((name) => unreadable.has(name)))
    .filter((rule) => !rule.holds(settings))
    .map((rule) => ({ setting: rule.settings[0], message: rule.message }));
}

function isHttps(url: string): boolean {
  return url.startsWith('https://');
}

/** A loopback origin, in Development. */
function isLocal(settings: Settings, url: string): boolean {
  const { hostname, pathname } = new URL(url);
  const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return settings.AZURE_FUNCTIONS_ENVIRONMENT === 'Development' && isLoopback && pathname === '/';
}

function isOneOf(known: readonly string[], value: string): boolean {
  return known.includes(value);
}
