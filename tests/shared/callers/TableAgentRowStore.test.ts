import { TableClient } from '@azure/data-tables';
import { startAzurite, type Azurite } from '../../../local/azurite';
import { TableAgentRowStore } from '../../../shared/callers/TableAgentRowStore';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';

const NOTES = [
  { at: 1_700_000_000_000, count: 1, requestId: null },
  { at: 1_700_000_000_001, count: 90, requestId: 'r1' },
];

describe('TableAgentRowStore', () => {
  let azurite: Azurite;
  let table: TableClient;
  const tableOf = (name: string): TableClient =>
    TableClient.fromConnectionString(azurite.connectionString, name, {
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 0 },
    });
  beforeAll(async () => {
    azurite = await startAzurite();
    table = tableOf('quota');
    await table.createTable();
  });
  afterAll(() => azurite.close());

  it('reads what was written, and nothing of another row', async () => {
    const store = new TableAgentRowStore(table, 'one');

    const etag = await store.write('cal|machine', NOTES, null);

    expect(await store.read('cal|machine')).toEqual({ notes: NOTES, etag });
    expect(await store.read('cal|file')).toEqual({ notes: [], etag: null });
  });

  it('writes only what is as it was read', async () => {
    const store = new TableAgentRowStore(table, 'two');
    const first = await store.write('open', [], null);

    const second = await store.write('open', NOTES, first);

    expect(second).not.toBeNull();
    expect(await store.write('open', [], first)).toBeNull();
    expect(await store.write('open', [], null)).toBeNull();
    expect(await store.read('open')).toEqual({ notes: NOTES, etag: second });
  });

  it.each([
    { title: 'of a later version', row: { v: 2, taken: '[]' } },
    { title: 'edited by hand', row: { v: 1, taken: '[[1' } },
    { title: 'without its content', row: { v: 1 } },
  ])('says of a row $title that it cannot be understood, and can replace it', async ({ row }) => {
    const store = new TableAgentRowStore(table, 'three');
    await table.upsertEntity({ partitionKey: 'three', rowKey: 'agents|open', ...row }, 'Replace');

    const { notes, etag } = await store.read('open');

    expect(notes).toBeNull();
    expect(await store.write('open', [], etag)).not.toBeNull();
  });

  it('reports a store that refuses', async () => {
    const store = new TableAgentRowStore(tableOf('bad-name'), 'four');

    await expect(store.read('open')).rejects.toThrow(StorageUnavailableError);
    await expect(store.write('open', [], null)).rejects.toThrow(StorageUnavailableError);
  });
});
