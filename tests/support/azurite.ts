import BlobConfiguration from 'azurite/dist/src/blob/BlobConfiguration';
import BlobServer from 'azurite/dist/src/blob/BlobServer';
import { MemoryExtentChunkStore } from 'azurite/dist/src/common/persistence/MemoryExtentStore';
import TableConfiguration from 'azurite/dist/src/table/TableConfiguration';
import TableServer from 'azurite/dist/src/table/TableServer';

/** The development account and key that every storage emulator and SDK knows. */
const ACCOUNT = 'devstoreaccount1';
const KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const BLOB_MEMORY_BYTES = 256 * 1024 * 1024;

/** Azurite's tables and blobs in this process and in memory, on free loopback ports. Starts in tens of milliseconds. */
export async function startAzurite(): Promise<{
  readonly connectionString: string;
  close(): Promise<void>;
}> {
  const blob = new BlobServer(
    // host, port, keep-alive s, metadata, extents, paths, access log ×2, debug log ×2, loose, skip version check,
    // cert, key, pwd, oauth, product-style off, in memory, store
    new BlobConfiguration(
      ...['127.0.0.1', 0, 5, '', '', [], false, undefined, false, undefined, false, true],
      ...['', '', '', undefined, true, true, new MemoryExtentChunkStore(BLOB_MEMORY_BYTES)],
    ),
  );
  const table = new TableServer(
    // host, port, keep-alive s, metadata, debug log, access log ×2, debug log path, loose, skip version check,
    // cert, key, pwd, oauth, product-style off, in memory
    new TableConfiguration(
      ...['127.0.0.1', 0, 5, '', false, false, undefined, undefined, false, true],
      ...['', '', '', undefined, true, true],
    ),
  );
  await Promise.all([blob.start(), table.start()]);

  return {
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${ACCOUNT}`,
      `AccountKey=${KEY}`,
      `BlobEndpoint=${blob.getHttpServerAddress()}/${ACCOUNT}`,
      `TableEndpoint=${table.getHttpServerAddress()}/${ACCOUNT}`,
    ].join(';'),
    close: async () => {
      await Promise.all([blob.close(), table.close()]);
    },
  };
}
