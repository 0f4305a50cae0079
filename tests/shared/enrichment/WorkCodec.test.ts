import type { Work } from '../../../shared/enrichment/Work';
import { WorkCodec } from '../../../shared/enrichment/WorkCodec';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { aLookup, NOW } from './aLookup';

const work: Work = {
  type: 'lookup',
  lookup: aLookup('ip', '10.1.2.3'),
  ...{ generation: 0, secondLook: false, freshSinceAt: NOW, progress: [], step: 'findByIp' },
  ...{ hop: 0, attempt: 0, tokenRefreshed: false, isWaiting: false, ticket: null },
};

describe('WorkCodec', () => {
  const codec = new WorkCodec(new MemoryBlobStore());

  it('reads what it wrote', async () => {
    const { body } = await codec.encode(work, NOW);

    expect(await codec.decode(body)).toEqual(work);
  });

  it('reads messages that waited while the app was updated: what they lack is empty', async () => {
    const { body } = await codec.encode(work, NOW);
    const added = new Set(['ignored', 'leftOutCount', 'observedAtGiven', 'zoneAssumed', 'also']);
    const older = JSON.stringify(JSON.parse(body.toString()), (key, value: unknown) =>
      added.has(key) ? undefined : value,
    );

    expect(await codec.decode(Buffer.from(older))).toEqual(work);
  });
});
