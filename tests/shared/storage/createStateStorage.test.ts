import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { format } from 'node:util';
import { startAzurite, type Azurite } from '../../../local/azurite';
import { createStateStorage } from '../../../shared/storage/createStateStorage';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { stateStorageOf } from './stateStorageOf';

const row = { partitionKey: 'p', rowKey: 'r', calls: 7 };

describe('createStateStorage() on a storage account', () => {
  let azurite: Azurite;
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite.close());

  it('makes a table when the first row is written', async () => {
    const table = createStateStorage(stateStorageOf(azurite)).table('first', { maxRetries: 0 });

    await table.createEntity(row);

    expect(await table.getEntity('p', 'r')).toMatchObject({ calls: 7 });
  });

  it('makes a table when it is read, and has no row', async () => {
    const table = createStateStorage(stateStorageOf(azurite)).table('second', { maxRetries: 0 });

    const reading = table.getEntity('p', 'r');

    await expect(reading).rejects.toMatchObject({
      statusCode: 404,
      details: { odataError: { code: 'ResourceNotFound' } },
    });
  });

  it('makes a table once when many write first', async () => {
    const storage = createStateStorage(stateStorageOf(azurite));
    const rowKeys = ['1', '2', '3', '4', '5'];

    await Promise.all(
      rowKeys.map((rowKey) => storage.table('third').createEntity({ partitionKey: 'p', rowKey })),
    );

    const found: string[] = [];
    for await (const { rowKey } of storage.table('third').listEntities()) found.push(rowKey ?? '');
    expect(found.sort()).toEqual(rowKeys);
  });
});

describe('createStateStorage() without a storage account', () => {
  const SECRET = Buffer.from('a key that must stay unseen, whatever goes wrong').toString('base64');
  let server: Server;
  let status = 500;
  beforeAll(async () => {
    server = createServer((_, response) => {
      response.writeHead(status, { 'x-ms-error-code': 'InternalError' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const connectionStringTo = (origin: string) =>
    `DefaultEndpointsProtocol=http;AccountName=acc;AccountKey=${SECRET};BlobEndpoint=${origin}/acc;TableEndpoint=${origin}/acc`;
  const broken = () => {
    const { port } = server.address() as AddressInfo; // listening on TCP
    return createStateStorage(
      stateStorageOf({ connectionString: connectionStringTo(`http://127.0.0.1:${port}`) }),
    ).blobs('results');
  };

  it.each([
    { status: 403, condition: 'InternalError', operation: 'read' },
    { status: 409, condition: 'InternalError', operation: 'create' },
    { status: 412, condition: 'InternalError', operation: 'delete' },
  ] as const)('reports a $status on $operation without the key', async (failure) => {
    status = failure.status;
    const store = broken();

    const error: unknown = await {
      read: () => store.read('a'),
      create: () => store.create('a', Buffer.from('payload'), { contentType: 'text/plain' }),
      delete: () => store.delete('a'),
    }
      [failure.operation]()
      .catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error).toMatchObject({ code: 'storage.unavailable', condition: failure.condition });
    expect(format(error)).not.toContain(SECRET);
    expect(format(error)).not.toMatch(/SharedKey|payload/);
  });

  it('refuses settings that name no storage', () => {
    const { config } = stateStorageOf({ connectionString: '' });

    expect(() =>
      createStateStorage({ config, secrets: { stateStorageConnectionString: null } }),
    ).toThrow(TypeError);
  });

  it('does not talk HTTP to tables beyond this machine', async () => {
    const storage = createStateStorage(
      stateStorageOf({ connectionString: connectionStringTo('http://storage.example') }),
    );

    const reading = storage.table('quota', { maxRetries: 0 }).getEntity('p', 'r');

    await expect(reading).rejects.toThrow(/allowInsecureConnection/);
  });
});
