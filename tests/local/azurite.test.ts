import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import LokiExtentMetadataStore from 'azurite/dist/src/common/persistence/LokiExtentMetadataStore';
import { startAzurite } from '../../local/azurite';

describe('startAzurite()', () => {
  let servers: Awaited<ReturnType<typeof startAzurite>>[];
  beforeAll(async () => {
    servers = await Promise.all([startAzurite(), startAzurite()]);
  });
  afterAll(() => Promise.all(servers.map((server) => server.close())));

  it('serves blobs, each server its own', async () => {
    const containers = servers.map(({ connectionString }) =>
      BlobServiceClient.fromConnectionString(connectionString).getContainerClient('first'),
    );

    await containers[0]?.create();

    expect(await Promise.all(containers.map((container) => container.exists()))).toEqual([
      true,
      false,
    ]);
  });

  it('serves tables, each server its own', async () => {
    const tables = servers.map(({ connectionString }) =>
      TableClient.fromConnectionString(connectionString, 'first', {
        allowInsecureConnection: true,
      }),
    );

    await tables[0]?.createTable();

    await tables[0]?.createEntity({ partitionKey: 'p', rowKey: 'r' });
    await expect(tables[0]?.getEntity('p', 'r')).resolves.toMatchObject({ rowKey: 'r' });
    await expect(tables[1]?.getEntity('p', 'r')).rejects.toMatchObject({ statusCode: 404 });
  });

  // With Azurite's own way this takes longer than a test may.
  it('removes the bodies of thousands of deleted blobs at once, and keeps the others', async () => {
    const extents = new LokiExtentMetadataStore('', true);
    await extents.init();
    const ids = Array.from({ length: 8_000 }, (_, index) => `extent-${index}`);
    for (const id of ids) await extents.updateExtent(Object.assign({ id }, { locationId: id }));

    for (const id of ids.slice(1)) await extents.deleteExtent(id);
    await extents.deleteExtent('unknown');

    await expect(extents.getExtentLocationId('extent-0')).resolves.toBe('extent-0');
    await expect(extents.getExtentLocationId('extent-1')).rejects.toThrow(TypeError);
  });

  it('says which port is taken, and leaves nothing running', async () => {
    const { port } = new URL(blobUrl(servers[0]?.connectionString));

    await expect(startAzurite({ port: Number(port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      port: Number(port),
    });
  });
});

function blobUrl(connectionString = '') {
  return /BlobEndpoint=([^;]+)/.exec(connectionString)?.[1] ?? '';
}
