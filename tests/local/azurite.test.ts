import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
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
