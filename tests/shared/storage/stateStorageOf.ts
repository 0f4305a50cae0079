import type { Azurite } from '../../../local/azurite';
import type { createStateStorage } from '../../../shared/storage/createStateStorage';

/** Settings of a storage that is reached by connection string. */
export function stateStorageOf({
  connectionString,
}: Pick<Azurite, 'connectionString'>): Parameters<typeof createStateStorage>[0] {
  return {
    config: {
      environment: 'Development',
      stateStorage: { tableServiceUri: null, blobServiceUri: null, clientId: null },
    },
    secrets: { stateStorageConnectionString: connectionString },
  };
}
