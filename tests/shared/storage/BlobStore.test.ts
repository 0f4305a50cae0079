import { gzipSync } from 'node:zlib';
import { startAzurite, type Azurite } from '../../../local/azurite';
import type { BlobStore } from '../../../shared/storage/BlobStore';
import { createStateStorage } from '../../../shared/storage/createStateStorage';
import { MemoryBlobStore } from './MemoryBlobStore';
import { stateStorageOf } from './stateStorageOf';

const JSON_TYPE = { contentType: 'application/json' } as const;

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.close());

let containers = 0;
const kinds: readonly { kind: string; open: () => BlobStore }[] = [
  { kind: 'MemoryBlobStore', open: () => new MemoryBlobStore() },
  {
    kind: 'AzureBlobStore',
    open: () => createStateStorage(stateStorageOf(azurite)).blobs(`fresh-${containers++}`),
  },
];

describe.each(kinds)('$kind', ({ open }) => {
  it('gives back what was written, in a container that was not there before', async () => {
    const store = open();

    const outcome = await store.create('work/a.0.findByIp', Buffer.from('{"ü":1}'), JSON_TYPE);

    expect(outcome).toBe('created');
    expect((await store.read('work/a.0.findByIp'))?.toString()).toBe('{"ü":1}');
  });

  it('keeps the first bytes of a name', async () => {
    const store = open();
    await store.create('a', Buffer.from('first'), JSON_TYPE);

    const outcome = await store.create('a', Buffer.from('second'), JSON_TYPE);

    expect(outcome).toBe('exists');
    expect((await store.read('a'))?.toString()).toBe('first');
  });

  it('lets one of many writers at once win', async () => {
    const store = open();
    const writers = ['1', '2', '3', '4', '5'];

    const outcomes = await Promise.all(
      writers.map((text) => store.create('a', Buffer.from(text), JSON_TYPE)),
    );

    const winner = writers[outcomes.indexOf('created')];
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect((await store.read('a'))?.toString()).toBe(winner);
  });

  it('gives back packed bytes as they were packed', async () => {
    const store = open();
    const packed = gzipSync('{"machines":[]}');

    await store.create('a', packed, { ...JSON_TYPE, contentEncoding: 'gzip' });

    expect(await store.read('a')).toEqual(packed);
  });

  it.each([{ bytes: 0 }, { bytes: 5 * 1024 * 1024 }])('takes $bytes bytes', async ({ bytes }) => {
    const store = open();
    const payload = Buffer.alloc(bytes, 'x');

    await store.create('a', payload, JSON_TYPE);

    expect((await store.read('a'))?.equals(payload)).toBe(true);
  });

  it('has nothing where nothing was written', async () => {
    const store = open();

    expect(await store.read('a')).toBeNull();
    await expect(store.delete('a')).resolves.toBeUndefined();
    await store.create('b', Buffer.from('x'), JSON_TYPE);
    expect(await store.read('a')).toBeNull();
    await expect(store.delete('a')).resolves.toBeUndefined();
  });

  it('forgets what was deleted, and takes the name again', async () => {
    const store = open();
    await store.create('a', Buffer.from('first'), JSON_TYPE);

    await store.delete('a');

    expect(await store.read('a')).toBeNull();
    expect(await store.create('a', Buffer.from('second'), JSON_TYPE)).toBe('created');
  });
});
