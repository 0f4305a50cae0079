import { createHash } from 'node:crypto';
import { SeededRandom } from '../../../local/defender/fleet/seededRandom';
import { buildRecord } from '../../../shared/enrichment/buildRecord';
import { STEP_NAMES } from '../../../shared/enrichment/steps';
import type { LookupWork, Work } from '../../../shared/enrichment/Work';
import { WorkCodec } from '../../../shared/enrichment/WorkCodec';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { aLookup, aMachine, anAnswer, answeredStep, machineId, NOW, progressOf } from './aLookup';

const work: LookupWork = {
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

  it('keeps the answers of an event apart from those of the same event sent again later', async () => {
    const tags = Array.from({ length: 5_000 }, (_, i) =>
      createHash('sha256').update(`${i}`).digest('hex'),
    );
    const withAnswer = (receivedAt: number, id: string): Work => {
      const machine = aMachine(machineId(id), { machineTags: tags });
      const { lookup } = work;
      const request = { ...lookup.request, receivedAt };
      const progress = progressOf({ findByIp: anAnswer({ machines: [machine] }) });
      return { ...work, lookup: { ...lookup, request }, progress, step: 'ipAlerts' };
    };
    const later = withAnswer(NOW + 3 * 86_400_000, 'b');
    await codec.encode(withAnswer(NOW, 'a'), NOW);

    const { body } = await codec.encode(later, NOW);

    expect(await codec.decode(body)).toEqual(later);
  });

  it('keeps the answers of a second look apart from those of the first', async () => {
    const random = new SeededRandom('5ec0d100');
    const noise = Array.from({ length: 20_000 }, () => random.next().toString(36).slice(2, 12));
    const withAnswer = (generation: number, id: string): Work => {
      const machine = aMachine(machineId(id), { noise: noise.join('') });
      const progress = progressOf({ findByIp: anAnswer({ machines: [machine] }) });
      return { ...work, generation, progress, step: 'ipAlerts' };
    };
    const second = withAnswer(1, 'b');
    await codec.encode(withAnswer(0, 'a'), NOW);

    const { body } = await codec.encode(second, NOW);

    expect(await codec.decode(body)).toEqual(second);
  });

  it('sends on a record that was never asked under its own name', async () => {
    const settings = { portalOrigin: 'https://security.microsoft.com' };
    const record = (sequenceNumber: string) => {
      const unaskedOf = { sequenceNumber, enqueuedAt: NOW };
      return buildRecord(work.lookup, [], settings, {
        ...{ generation: 0, final: true, now: NOW, unaskedOf },
      });
    };
    const idOf = async (sequenceNumber: string) =>
      (await codec.encode({ type: 'publish', hop: 0, record: record(sequenceNumber) }, NOW))
        .messageId;

    expect(await idOf('1')).toBe(await idOf('1'));
    expect(await idOf('1')).not.toBe(await idOf('2'));
  });

  it('keeps work within a message, however many steps were answered', async () => {
    const empty = new WorkCodec(new MemoryBlobStore());
    const random = new SeededRandom('c0ffee00');
    /** Nearly incompressible, and small enough to be inline among few. */
    const noise = Array.from({ length: 2_600 }, () => random.next().toString(36).slice(2, 12));
    const answer = anAnswer({ machines: [aMachine(machineId('a'), { noise: noise.join('') })] });
    const large = { ...work, progress: STEP_NAMES.map((step) => answeredStep(step, answer)) };

    const { body } = await empty.encode(large, NOW);

    expect(body.length).toBeLessThan(192 * 1024);
    expect(await empty.decode(body)).toEqual(large);
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
