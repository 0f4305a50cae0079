import { gunzipSync, gzipSync } from 'node:zlib';
import { startAzurite, type Azurite } from '../../../local/azurite';
import type { CachedAnswer } from '../../../shared/cache/AnswerCache';
import { BlobAnswerCache } from '../../../shared/cache/BlobAnswerCache';
import type { BlobContainer } from '../../../shared/storage/BlobContainer';
import { createStateStorage } from '../../../shared/storage/createStateStorage';
import { queries } from '../defender/queries';
import { stateStorageOf } from '../storage/stateStorageOf';
import { RecordingLogger } from '../telemetry/RecordingLogger';
import { anAnswer, NOT_FOUND } from './anAnswer';

const FETCHED_AT = Date.parse('2026-11-20T08:15:05.012Z');
const { findByIp, ipAlerts, machine } = queries;
const any = () => true;
const since = (at: number) => (cached: CachedAnswer) => cached.fetchedAt >= at;

let azurite: Azurite;
let container: BlobContainer;
let containers = 0;
beforeAll(async () => {
  azurite = await startAzurite();
});
beforeEach(() => {
  container = createStateStorage(stateStorageOf(azurite)).container(`answers-${containers++}`);
});
afterAll(() => azurite.close());

/** The cache of one process; several share the blobs. */
function aProcess({ tenantId = 'tenant-1', over = container } = {}) {
  const logger = new RecordingLogger();
  return { logger, cache: new BlobAnswerCache({ container: over, tenantId, logger }) };
}

async function blobNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of container.client.listBlobsFlat()) names.push(name);
  return names;
}

async function onlyBlob() {
  const [name = ''] = await blobNames();
  return container.client.getBlockBlobClient(name);
}

describe('BlobAnswerCache', () => {
  it('misses what nobody put, without trouble', async () => {
    const { cache, logger } = aProcess();

    expect(await cache.get(findByIp, any)).toBeNull();
    await cache.put(ipAlerts, anAnswer(), FETCHED_AT);
    expect(await cache.get(findByIp, any)).toBeNull();
    expect(logger.lines).toEqual([]);
  });

  it('gives back in another process what was put, with fields that we do not know', async () => {
    const answer = anAnswer({ machines: [{ id: 'm', newField: { deep: [1, 'ü'] } }] });
    await aProcess().cache.put(findByIp, answer, FETCHED_AT);

    const cached = await aProcess().cache.get(findByIp, any);

    expect(cached).toEqual({ answer, fetchedAt: FETCHED_AT });
  });

  it('writes gzip JSON under endpoint and hash, with age and status beside it', async () => {
    await aProcess().cache.put(machine, NOT_FOUND, FETCHED_AT);

    const blob = await onlyBlob();
    const { metadata, contentEncoding, contentType } = await blob.getProperties();
    expect(blob.name).toMatch(/^machine\/[0-9a-f]{64}\.json\.gz$/);
    expect(metadata).toEqual({ fetchedat: '2026-11-20T08:15:05.012Z', status: '404' });
    expect({ contentEncoding, contentType }).toEqual({
      contentEncoding: 'gzip',
      contentType: 'application/json',
    });
    expect(JSON.parse(gunzipSync(await blob.downloadToBuffer()).toString())).toEqual(NOT_FOUND);
  });

  it('keeps tenants apart', async () => {
    await aProcess({ tenantId: 'tenant-1' }).cache.put(findByIp, anAnswer(), FETCHED_AT);

    expect(await aProcess({ tenantId: 'tenant-2' }).cache.get(findByIp, any)).toBeNull();
  });

  it('asks the blob when what it remembers is not fresh', async () => {
    const { cache } = aProcess();
    await cache.put(findByIp, NOT_FOUND, FETCHED_AT);
    await aProcess().cache.put(findByIp, anAnswer(), FETCHED_AT + 1_000);

    expect((await cache.get(findByIp, any))?.answer).toEqual(NOT_FOUND);
    expect((await cache.get(findByIp, since(FETCHED_AT + 1_000)))?.answer).toEqual(anAnswer());
    expect((await cache.get(findByIp, any))?.answer).toEqual(anAnswer());
    expect(await cache.get(findByIp, since(FETCHED_AT + 1_001))).toBeNull();
  });

  it('remembers its own newer answer rather than the older blob', async () => {
    const { cache } = aProcess();
    await cache.put(findByIp, anAnswer(), FETCHED_AT + 1_000);
    await aProcess().cache.put(findByIp, NOT_FOUND, FETCHED_AT);

    expect(await cache.get(findByIp, since(FETCHED_AT + 2_000))).toBeNull();
    expect((await cache.get(findByIp, any))?.answer).toEqual(anAnswer());
  });

  it('needs no storage for what it remembers', async () => {
    const { cache } = aProcess();
    await cache.put(findByIp, anAnswer(), FETCHED_AT);
    await container.client.delete();

    expect(await cache.get(findByIp, any)).toEqual({ answer: anAnswer(), fetchedAt: FETCHED_AT });
  });

  it('reads a blob once for many who ask at once', async () => {
    await aProcess().cache.put(findByIp, anAnswer(), FETCHED_AT);
    const { cache } = aProcess();
    const opened = jest.spyOn(container.client, 'getBlockBlobClient');

    const answers = await Promise.all(Array.from({ length: 20 }, () => cache.get(findByIp, any)));

    expect(answers.every((cached) => cached?.fetchedAt === FETCHED_AT)).toBe(true);
    expect(opened).toHaveBeenCalledTimes(1);
  });

  it.each([
    { what: 'no gzip', bytes: Buffer.from('{}'), metadata: {}, condition: 'Z_DATA_ERROR' },
    { what: 'nothing', bytes: Buffer.of(), metadata: {}, condition: 'Z_BUF_ERROR' },
    { what: 'no JSON', bytes: gzipSync('{'), metadata: {}, condition: 'ZodError' },
    { what: 'no answer', bytes: gzipSync('{}'), metadata: {}, condition: 'ZodError' },
    {
      what: 'of no known age',
      bytes: gzipSync(JSON.stringify(anAnswer())),
      metadata: { fetchedAt: 'yesterday' },
      condition: 'ZodError',
    },
  ])('takes a blob that is $what for a miss, and says so', async (broken) => {
    await aProcess().cache.put(findByIp, anAnswer(), FETCHED_AT);
    const { bytes, metadata } = broken;
    await (await onlyBlob()).upload(bytes, bytes.byteLength, { metadata });
    const { cache, logger } = aProcess();

    expect(await cache.get(findByIp, any)).toBeNull();
    expect(logger.lines).toEqual([
      {
        level: 'warning',
        event: 'cache.trouble',
        fields: { operation: 'get', endpoint: 'findByIp', condition: broken.condition },
      },
    ]);
  });

  it('goes on without a storage that is gone, and says so', async () => {
    const gone = await startAzurite();
    const over = createStateStorage(stateStorageOf(gone)).container('answers');
    await gone.close();
    const { cache, logger } = aProcess({ over });

    await cache.put(findByIp, anAnswer(), FETCHED_AT);
    const remembered = await cache.get(findByIp, any);
    const missed = await cache.get(ipAlerts, any);

    expect(remembered?.answer).toEqual(anAnswer());
    expect(missed).toBeNull();
    expect(logger.lines.map(({ event, fields }) => [event, fields['operation']])).toEqual([
      ['cache.trouble', 'put'],
      ['cache.trouble', 'get'],
    ]);
  });
});
