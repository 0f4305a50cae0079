const SECURITYCENTER_HOSTS = [
  'api.securitycenter.microsoft.com',
  'api-us.securitycenter.microsoft.com',
  'api-eu.securitycenter.microsoft.com',
  'api-uk.securitycenter.microsoft.com',
  'api-gcc.securitycenter.microsoft.us',
  'api-gov.securitycenter.microsoft.us',
  'api.securitycenter.windows.com',
  'api.securitycenter.windows.us',
];

/** Service principal names of WindowsDefenderATP: the audiences that the API accepts (2026-08). */
const DEFENDER_RESOURCES = new Set([
  ...SECURITYCENTER_HOSTS.map((host) => `https://${host}`),
  'https://securitycenter.onmicrosoft.com/windowsatpservice',
  'https://securitycenter.onmicrosoft.us/windowsatpservice',
  'https://securitycenter.microsoft.com/mtp',
]);

/** The audience of a managed identity's token that serves as an application's credential. */
export const TOKEN_EXCHANGE_RESOURCE = 'api://AzureADTokenExchange';

/** Exist in every tenant, so Entra issues tokens for them; this API refuses those. */
const OTHER_RESOURCES = new Set([
  'https://api.security.microsoft.com',
  'https://graph.microsoft.com',
  'https://userrequestsgraphapi-prd.trafficmanager.net',
  TOKEN_EXCHANGE_RESOURCE,
]);

export const isDefenderResource = (resource: string): boolean =>
  DEFENDER_RESOURCES.has(withoutSlash(resource));

export const isKnownResource = (resource: string): boolean =>
  isDefenderResource(resource) || OTHER_RESOURCES.has(withoutSlash(resource));

/** Each name is registered with and without a trailing slash. */
const withoutSlash = (resource: string): string => resource.replace(/\/$/, '');
