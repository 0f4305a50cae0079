import { parseConfig } from '../../../shared/config/parseConfig';

export type Env = Readonly<Record<string, string | undefined>>;

/** The least that a deployment must set. */
export const CLOUD_SETTINGS = {
  ServiceBusConnection__fullyQualifiedNamespace: 'contoso.servicebus.windows.net',
  StateStorage__tableServiceUri: 'https://contoso.table.core.windows.net',
  StateStorage__blobServiceUri: 'https://contoso.blob.core.windows.net',
  DEFENDER_TENANT_ID: '11111111-2222-4333-8444-555555555555',
};

export const APP_ID = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';

/** A deployment with these settings too, which must be accepted. */
export function acceptedWith(env: Env) {
  const parsed = parseConfig({ ...CLOUD_SETTINGS, ...env });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ setting }) => setting).join());
  return parsed;
}

/** The settings that a deployment with these settings too is blamed for. */
export function blamedWith(env: Env): readonly string[] {
  const parsed = parseConfig({ ...CLOUD_SETTINGS, ...env });
  return parsed.ok ? [] : parsed.problems.map(({ setting }) => setting);
}
