import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type * as StorageBlob from '@azure/storage-blob';
import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import type { AppConfig, AppSecrets } from '../config/AppConfig';
import { createPlatformCredential } from '../identity/createPlatformCredential';
import { AzureBlobStore } from './AzureBlobStore';
import type { BlobContainer } from './BlobContainer';
import type { BlobStore } from './BlobStore';
import { conditionOf } from './storageErrors';
import { tableOnDemand } from './tableOnDemand';

/** This app's own tables and blobs. Tables and containers that are not there yet are made by the first write. */
export interface StateStorage {
  /** `maxRetries` (default 2): repeats of one request by the client itself. */
  table(name: string, options?: { readonly maxRetries?: number }): TableClient;
  container(name: string): BlobContainer;
  /** Write-once payloads of a container. */
  blobs(container: string): BlobStore;
  /** Reads from both services. @throws the SDK's error. */
  probe(): Promise<void>;
}

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
  const { openBlobs, openTable } = connect(options);
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
  return {
    table: (name, { maxRetries = 2 } = {}) => {
      const policy = tableOnDemand(() => openTable(name, {}).createTable());
      return openTable(name, {
        retryOptions: { maxRetries, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 },
        additionalPolicies: [{ policy, position: 'perRetry' }],
      });
    },
    container,
    blobs: (name) => new AzureBlobStore(container(name)),
    probe: async () => {
      const row = openTable('quota', {}).getEntity('probe', 'probe').catch(unlessMissing);
      await Promise.all([row, container('answers').client.exists()]);
    },
  };
}

/** Nothing there is an answer too. */
function unlessMissing(error: unknown): void {
  if (!['ResourceNotFound', 'TableNotFound'].includes(conditionOf(error))) throw error;
}

interface Connection {
  readonly openBlobs: (library: typeof StorageBlob) => BlobServiceClient;
  readonly openTable: (name: string, options: TableServiceClientOptions) => TableClient;
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
  };
}
