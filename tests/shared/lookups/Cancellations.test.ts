import { Cancellations, isCovered, type Cancellation } from '../../../shared/lookups/Cancellations';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { aLookup, machineId, NOW } from './aLookup';
import { CrashableWorld } from './CrashableWorld';
import { anAnswer } from './aLookup';

const lookup = aLookup('machine', machineId('a'));
const { request } = lookup;
const woken = { lookup, isRecheck: false, freshSinceAt: NOW };

describe('isCovered()', () => {
  it.each<{ by: Cancellation['by']; writtenAt?: number; expected: boolean }>([
    { by: { request: request.id }, expected: true },
    { by: { request: 'r_other' }, expected: false },
    { by: { source: 'siem' }, expected: true },
    { by: { source: 'Siem' }, expected: false },
    { by: { before: NOW + 1 }, expected: true },
    { by: { before: NOW }, expected: false },
    { by: { source: 'siem' }, writtenAt: NOW, expected: false },
  ])('$by, written at $writtenAt: $expected', ({ by, writtenAt = NOW + 1, expected }) => {
    expect(isCovered({ by, writtenAt }, woken)).toBe(expected);
  });
});

describe('a lookup that was received before a cancellation', () => {
  const cancellation = { by: { source: 'siem' }, writtenAt: NOW + 1 };

  it('is wanted if it was replayed after it', () => {
    expect(isCovered(cancellation, { ...woken, freshSinceAt: NOW + 1 })).toBe(false);
  });

  it('is not asked for a second time', () => {
    expect(isCovered(cancellation, { lookup, isRecheck: true, freshSinceAt: NOW + 9 })).toBe(true);
  });
});

describe('Cancellations.covers()', () => {
  function world() {
    let now = NOW;
    let reads = 0;
    const answers: (() => readonly Cancellation[])[] = [];
    const store = {
      list: async () => {
        reads += 1;
        return answers.shift()?.() ?? [];
      },
    };
    const cancellations = new Cancellations(store, { now: () => now });
    return {
      answers,
      reads: () => reads,
      after: (ms: number) => (now += ms),
      isCovered: () => cancellations.covers(woken),
    };
  }
  const all = () => [{ by: { source: 'siem' }, writtenAt: NOW + 1 }];

  it('reads at most every 30 seconds, however many ask', async () => {
    const { isCovered: covers, reads, after } = world();
    await Promise.all([covers(), covers(), covers()]);
    after(29_999);
    await covers();
    expect(reads()).toBe(1);

    after(1);
    await covers();

    expect(reads()).toBe(2);
  });

  it('goes by what it read before while the store does not answer', async () => {
    const { isCovered: covers, answers, after } = world();
    answers.push(all, () => {
      throw new StorageUnavailableError('read', '503');
    });
    expect(await covers()).toBe(true);
    after(30_000);

    expect(await covers()).toBe(true);
  });
});

describe('a lookup that is cancelled while it waits', () => {
  it('ends expired as it wakes, without a call and not in quarantine, and its request with it', async () => {
    const world = new CrashableWorld({
      answer: () => anAnswer(),
      slotDelayMs: 60_000,
      fault: null,
      cancelled: [{ by: { source: 'siem' }, writtenAt: NOW + 1 }],
    });

    await world.deliver(JSON.stringify({ id: 'incident-1', machineId: machineId('a') }));

    expect(world.outputs).toMatchObject([
      { outcome: 'expired', reason: { code: 'lookup.cancelled' }, unasked: true, final: true },
    ]);
    expect(world.calls).toEqual([]);
    expect(world.quarantined).toEqual([]);
    expect(world.requests).toMatchObject([
      { status: 'completed', final: true, summary: { outcomes: { expired: 1 } } },
    ]);
  });
});
