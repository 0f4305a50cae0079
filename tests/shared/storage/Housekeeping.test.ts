import { startAzurite, type Azurite } from '../../../local/azurite';
import { createStateStorage } from '../../../shared/storage/createStateStorage';
import { Housekeeping } from '../../../shared/storage/Housekeeping';
import { stateStorageOf } from './stateStorageOf';
import type { Logger } from '../../../shared/telemetry/Logger';
import { RecordingLogger } from '../telemetry/RecordingLogger';
import { silentLogger } from '../telemetry/silentLogger';

const HOUR_MS = 3_600_000;

describe('Housekeeping.run()', () => {
  let azurite: Azurite;
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite.close());

  async function blobsAfter(passedMs: number, logger: Logger = silentLogger): Promise<string[]> {
    const storage = createStateStorage(stateStorageOf(azurite));
    const blobs = storage.blobs('results');
    await blobs.create('work/a', Buffer.from('a'), { contentType: 'text/plain' });
    await blobs.create('records/b', Buffer.from('b'), { contentType: 'text/plain' });
    const container = storage.container('results');
    const clock = { now: () => Date.now() + passedMs, sleep: () => Promise.resolve() };

    await new Housekeeping({
      clock,
      logger,
      rows: [],
      blobs: [
        { container, prefix: 'work/', keepMs: 2 * HOUR_MS },
        { container: storage.container('never-made'), prefix: '', keepMs: 0 },
      ],
    }).run();

    const names: string[] = [];
    for await (const { name } of container.client.listBlobsFlat()) names.push(name);
    return names;
  }

  it.each([
    {
      title: 'keeps blobs that are still of use',
      passedMs: HOUR_MS,
      left: ['records/b', 'work/a'],
    },
    {
      title: 'removes those past their time, of its folder only',
      passedMs: 3 * HOUR_MS,
      left: ['records/b'],
    },
  ])('$title', async ({ passedMs, left }) => {
    expect(await blobsAfter(passedMs)).toEqual(left);
  });

  it('logs how many blobs it removed', async () => {
    const log = new RecordingLogger();

    await blobsAfter(3 * HOUR_MS, log);

    expect(log.lines).toMatchObject([
      { event: 'blobs.removed', fields: { container: 'results', prefix: 'work/', removed: 1 } },
    ]);
  });

  it('asks for the removal of rows that are older than they are kept', async () => {
    const asked: number[] = [];
    const removeBefore = (at: number): Promise<number> => Promise.resolve(asked.push(at));
    const clock = { now: () => 10 * HOUR_MS, sleep: () => Promise.resolve() };
    const rows = [{ table: 'claims', keepMs: HOUR_MS, removeBefore }];

    await new Housekeeping({ clock, logger: silentLogger, rows, blobs: [] }).run();

    expect(asked).toEqual([9 * HOUR_MS]);
  });

  it('does the rest if one table cannot be read, and fails at the end', async () => {
    const odd = new TypeError('odd row');
    const asked: string[] = [];
    const clock = { now: () => 10 * HOUR_MS, sleep: () => Promise.resolve() };
    const rows = [
      { table: 'odd', keepMs: HOUR_MS, removeBefore: () => Promise.reject(odd) },
      { table: 'claims', keepMs: HOUR_MS, removeBefore: async () => asked.push('claims') },
    ];

    const run = new Housekeeping({ clock, logger: silentLogger, rows, blobs: [] }).run();

    await expect(run).rejects.toBe(odd);
    expect(asked).toEqual(['claims']);
  });
});
