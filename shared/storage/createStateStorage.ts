import {
  odata,
  TableClient,
  TableServiceClient,
  type TableServiceClientOptions,
} from '@azure/data-tables';
import type * as StorageBlob from '@azure/storage-blob';
import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import type { AppConfig, AppSecrets } from '../config/AppConfig';
import { createPlatformCredential } from '../identity/createPlatformCredential';
import { AzureBlobStore } from './AzureBlobStore';
import type { BlobContainer } from './BlobContainer';
import type { BlobStore } from './BlobStore';
import { dayTableName, tablesBefore, type DayTables } from './DayTables';
import { conditionOf, storageUnavailable } from './storageErrors';
import { tableOnDemand } from './tableOnDemand';

/** This app's own tables and blobs. Tables and containers that are not there yet are made by the first write. */
export interface StateStorage {
  /** `maxRetries` (default 2): repeats of one request by the client itself. */
  table(name: string, options?: { readonly maxRetries?: number }): TableClient;
  /** Tables that begin with `prefix`, one for each day. */
  dayTables(prefix: string): DayTables;
  container(name: string): BlobContainer;
  /** Write-once payloads of a container. */
  blobs(container: string): BlobStore;
  /** Reads from both services. @throws the SDK's error. */
  probe(): Promise<void>;
}

const MAX_RETRIES = 2;
const BLOB_RETRIES = {
  maxTries: 3,
  tryTimeoutInMs: 10_000,
  retryDelayInMs: 500,
  maxRetryDelayInMs: 2_000,
} as const;

/** Emulators speak HTTP; nothing else may. */
const LOOPBACK_HTTP =
  /=http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])[:/]|^UseDevelopmentStorage=true/i;

export function createStateStorage(options: {
  readonly config: Pick<AppConfig, 'stateStorage' | 'environment'>;
  readonly secrets: Pick<AppSecrets, 'stateStorageConnectionString'>;
}): StateStorage {
  const connection = connect(options);
  const { openBlobs, openTable } = connection;
  let blobService: BlobServiceClient | null = null;
  const container = (name: string): BlobContainer => {
    let client: ContainerClient | null = null;
    return {
      name,
      get client() {
        blobService ??= openBlobs(require('@azure/storage-blob') as typeof StorageBlob); // its own types
        return (client ??= blobService.getContainerClient(name));
      },
    };
  };
  const table = (name: string, maxRetries: number, isForReads: boolean): TableClient => {
    const policy = tableOnDemand(() => openTable(name, {}).createTable(), { isForReads });
    return openTable(name, {
      retryOptions: { maxRetries, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 },
      additionalPolicies: [{ policy, position: 'perRetry' }],
    });
  };
  const days = new Map<string, TableClient>();
  return {
    table: (name, { maxRetries = MAX_RETRIES } = {}) => table(name, maxRetries, true),
    dayTables: (prefix) => ({
      of: (at) => {
        const name = dayTableName(prefix, at);
        const ofDay = days.get(name) ?? table(name, MAX_RETRIES, false);
        days.set(name, ofDay);
        return ofDay;
      },
      removeBefore: (at) => removeTables(connection.openTables(), prefix, at),
    }),
    container,
    blobs: (name) => new AzureBlobStore(container(name)),
    probe: async () => {
      const row = openTable('quota', {}).getEntity('probe', 'probe').catch(unlessMissing);
      await Promise.all([row, container('answers').client.exists()]);
    },
  };
}

async function removeTables(
  service: TableServiceClient,
  prefix: string,
  at: number,
): Promise<number> {
  try {
    const filter = odata`TableName ge ${prefix} and TableName lt ${dayTableName(prefix, at)}`;
    const names: string[] = [];
    for await (const { name } of service.listTables({ queryOptions: { filter } })) {
      if (name !== undefined) names.push(name);
    }
    const old = tablesBefore(names, prefix, at);
    for (const name of old) await service.deleteTable(name);
    return old.length;
  } catch (error) {
    throw storageUnavailable(`remove old tables of ${prefix}`, error);
  }
}

/** Nothing there is an answer too. */
function unlessMissing(error: unknown): void {
  if (!['ResourceNotFound', 'TableNotFound'].includes(conditionOf(error))) throw error;
}

interface Connection {
  readonly openBlobs: (library: typeof StorageBlob) => BlobServiceClient;
  readonly openTable: (name: string, options: TableServiceClientOptions) => TableClient;
  readonly openTables: () => TableServiceClient;
}

function connect({
  config: { stateStorage, environment },
  secrets: { stateStorageConnectionString },
}: Parameters<typeof createStateStorage>[0]): Connection {
  const blobOptions = { retryOptions: BLOB_RETRIES };
  const { tableServiceUri, blobServiceUri, clientId } = stateStorage;
  if (tableServiceUri !== null && blobServiceUri !== null) {
    const credential = createPlatformCredential(environment, clientId);
    return {
      openBlobs: (library) =>
        new library.BlobServiceClient(blobServiceUri, credential, blobOptions),
      openTable: (name, options) => new TableClient(tableServiceUri, name, credential, options),
      openTables: () => new TableServiceClient(tableServiceUri, credential),
    };
  }
  if (stateStorageConnectionString === null) {
    throw new TypeError('Cannot connect to storage: neither service URIs nor connection string');
  }
  const allowInsecureConnection = LOOPBACK_HTTP.test(stateStorageConnectionString);
  return {
    openBlobs: (library) =>
      library.BlobServiceClient.fromConnectionString(stateStorageConnectionString, blobOptions),
    openTable: (name, options) =>
      TableClient.fromConnectionString(stateStorageConnectionString, name, {
        ...options,
        allowInsecureConnection,
      }),
    openTables: () =>
      TableServiceClient.fromConnectionString(stateStorageConnectionString, {
        allowInsecureConnection,
      }),
  };
}
