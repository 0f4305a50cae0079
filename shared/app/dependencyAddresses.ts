import type { AppConfig, AppSecrets } from '../config/AppConfig';
import { serviceBusHost, storageServiceUri } from '../config/connectionStrings';
import type { Dependency } from '../health/HealthProbe';

/** AMQP over TLS. */
const AMQPS_PORT = 5671;

/** Host and port of all that the app depends on, without paths and credentials; null: the platform decides. */
export function dependencyAddresses(
  { stateStorage, serviceBus, defender }: AppConfig,
  { stateStorageConnectionString, serviceBusConnectionString }: AppSecrets,
): Readonly<Record<Dependency, string | null>> {
  const storageText = stateStorageConnectionString ?? '';
  const blobs = stateStorage.blobServiceUri ?? storageServiceUri(storageText, 'blob');
  const tables = stateStorage.tableServiceUri ?? storageServiceUri(storageText, 'table');
  const broker =
    serviceBus.fullyQualifiedNamespace ?? serviceBusHost(serviceBusConnectionString ?? '');
  const isPlatform = defender.auth.mode === 'managedIdentity';
  return {
    storage:
      [hostAndPort(blobs), hostAndPort(tables)].filter((each) => each !== null).join(', ') || null,
    broker: broker && (broker.includes(':') ? broker : `${broker}:${AMQPS_PORT}`),
    token: isPlatform ? null : hostAndPort(defender.authorityHost),
    defender: hostAndPort(defender.apiBaseUrl),
    quota: hostAndPort(tables),
  };
}

function hostAndPort(address: string | null): string | null {
  if (address === null || !URL.canParse(address)) return null;
  const { protocol, hostname, port } = new URL(address);
  return `${hostname}:${port || (protocol === 'http:' ? '80' : '443')}`;
}
