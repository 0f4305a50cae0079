/**
 * Where Defender for Endpoint is reached. Hosts and authorities: learn.microsoft.com/defender-endpoint/api/exposed-apis-list
 * and /gov (2026-01-05). Token resources: service principal names of WindowsDefenderATP, app id
 * fc780465-2017-40d4-a0c5-307022471b92 (2026-08); `api.security.microsoft.com` is not among them.
 */
interface CloudFacts {
  readonly authorityHost: string;
  /** Where people look at machines and alerts. */
  readonly portalOrigin: string;
  /** The first is the default; tokens go to these origins only. */
  readonly apiOrigins: readonly [string, ...string[]];
  /** The first is the default. */
  readonly tokenScopes: readonly [string, ...string[]];
}

/** Commercial only. The token is the global one, whatever the region. */
const REGION_ORIGINS = {
  us: 'https://us.api.security.microsoft.com',
  eu: 'https://eu.api.security.microsoft.com',
  uk: 'https://uk.api.security.microsoft.com',
  au: 'https://au.api.security.microsoft.com',
  swa: 'https://swa.api.security.microsoft.com',
  ina: 'https://ina.api.security.microsoft.com',
  aea: 'https://aea.api.security.microsoft.com',
} as const;

const GOVERNMENT = {
  authorityHost: 'https://login.microsoftonline.us',
  apiOrigins: ['https://api-gov.securitycenter.microsoft.us'],
  tokenScopes: [
    'https://api-gov.securitycenter.microsoft.us/.default',
    'https://securitycenter.onmicrosoft.us/windowsatpservice/.default',
  ],
} as const;

export const DEFENDER_CLOUDS = {
  commercial: {
    authorityHost: 'https://login.microsoftonline.com',
    portalOrigin: 'https://security.microsoft.com',
    apiOrigins: [
      'https://api.security.microsoft.com',
      ...Object.values(REGION_ORIGINS),
      'https://api-us.security.microsoft.com',
      'https://api-eu.security.microsoft.com',
      'https://api-uk.security.microsoft.com',
      'https://api.securitycenter.microsoft.com',
      'https://api-us.securitycenter.microsoft.com',
      'https://api-eu.securitycenter.microsoft.com',
      'https://api-uk.securitycenter.microsoft.com',
      'https://api-au.securitycenter.microsoft.com',
      'https://api.securitycenter.windows.com',
    ],
    tokenScopes: [
      'https://api.securitycenter.microsoft.com/.default',
      'https://securitycenter.onmicrosoft.com/windowsatpservice/.default',
      'https://api.securitycenter.windows.com/.default',
    ],
  },
  gcc: {
    authorityHost: 'https://login.microsoftonline.com',
    portalOrigin: 'https://security.microsoft.com',
    apiOrigins: ['https://api-gcc.securitycenter.microsoft.us'],
    tokenScopes: [
      'https://api-gcc.securitycenter.microsoft.us/.default',
      'https://securitycenter.onmicrosoft.com/windowsatpservice/.default',
    ],
  },
  gccHigh: { ...GOVERNMENT, portalOrigin: 'https://security.microsoft.us' },
  dod: { ...GOVERNMENT, portalOrigin: 'https://security.apps.mil' },
} as const satisfies Record<string, CloudFacts>;

export type DefenderCloud = keyof typeof DEFENDER_CLOUDS;
export type DefenderRegion = keyof typeof REGION_ORIGINS;

export const DEFENDER_REGIONS = [
  'us',
  'eu',
  'uk',
  'au',
  'swa',
  'ina',
  'aea',
] as const satisfies readonly DefenderRegion[];

export function defenderApiOrigin(cloud: DefenderCloud, region: DefenderRegion | null): string {
  return region === null ? DEFENDER_CLOUDS[cloud].apiOrigins[0] : REGION_ORIGINS[region];
}
