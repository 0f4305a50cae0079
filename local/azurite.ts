import BlobConfiguration from 'azurite/dist/src/blob/BlobConfiguration';
import BlobServer from 'azurite/dist/src/blob/BlobServer';
import LokiExtentMetadataStore from 'azurite/dist/src/common/persistence/LokiExtentMetadataStore';
import { MemoryExtentChunkStore } from 'azurite/dist/src/common/persistence/MemoryExtentStore';
import TableConfiguration from 'azurite/dist/src/table/TableConfiguration';
import TableServer from 'azurite/dist/src/table/TableServer';

/** The development account and key that every storage emulator and SDK knows. */
const ACCOUNT = 'devstoreaccount1';
const KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * Every ten minutes Azurite removes the bodies of deleted blobs, and sorts the ids of all others anew for each: after 20,000
 * writes that takes half an hour, in which it answers nothing. One that is looked up first is removed at once.
 */
LokiExtentMetadataStore.prototype.deleteExtent = async function (id) {
  const extents = this.db.getCollection(this.EXTENTS_COLLECTION);
  const extent = extents.findOne({ id });
  if (extent) extents.remove(extent);
};

/** Taken as it is needed; a snapshot of 250,000 machines in every format, with its pages and copies, is 750 MB. */
const BLOB_MEMORY_BYTES = 3 * 1024 * 1024 * 1024;

/** How both services end their lists of settings. */
const IN_MEMORY = [
  '', // certificate
  '', // its key
  '', // its password
  undefined, // OAuth
  true, // no URLs in the style of the product
  true, // in memory
] as const;

/** Tables listen two ports above blobs, as storage emulators do. */
const TABLE_PORT_OFFSET = 2;

export interface Azurite {
  /** Names both services and their ports; good for `StateStorage` and `AzureWebJobsStorage`. */
  readonly connectionString: string;
  close(): Promise<void>;
}

/**
 * Azurite's tables and blobs in this process and in memory. Starts in tens of milliseconds, sends no telemetry.
 * @param port - of the blob service, the tables' is two above; 0 (default) = any free ones
 * @throws an error with code `EADDRINUSE` when a port is taken
 */
export async function startAzurite({
  port = 0,
}: { readonly port?: number } = {}): Promise<Azurite> {
  const blob = createBlobServer(port);
  const table = createTableServer(port === 0 ? 0 : port + TABLE_PORT_OFFSET);
  const servers = [blob, table];
  const starts = await Promise.allSettled(servers.map((server) => server.start()));
  const closeStarted = async () => {
    const started = servers.filter((_, index) => starts[index]?.status === 'fulfilled');
    await Promise.all(started.map((server) => server.close()));
  };
  const failure = starts.find((start) => start.status === 'rejected');
  if (failure) {
    await closeStarted();
    throw failure.reason;
  }

  return {
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${ACCOUNT}`,
      `AccountKey=${KEY}`,
      `BlobEndpoint=${blob.getHttpServerAddress()}/${ACCOUNT}`,
      `TableEndpoint=${table.getHttpServerAddress()}/${ACCOUNT}`,
    ].join(';'),
    close: closeStarted,
  };
}

const createBlobServer = (port: number) =>
  new BlobServer(
    new BlobConfiguration(
      '127.0.0.1',
      port,
      5, // keep-alive s
      '', // path of the metadata
      '', // path of the extents
      [],
      false, // access log
      undefined,
      false, // debug log
      undefined,
      false, // loose
      true, // no check of the API version
      ...IN_MEMORY,
      new MemoryExtentChunkStore(BLOB_MEMORY_BYTES),
    ),
  );

const createTableServer = (port: number) =>
  new TableServer(
    new TableConfiguration(
      '127.0.0.1',
      port,
      5, // keep-alive s
      '', // path of the metadata
      false, // debug log
      false, // access log
      undefined,
      undefined, // path of the debug log
      false, // loose
      true, // no check of the API version
      ...IN_MEMORY,
    ),
  );
