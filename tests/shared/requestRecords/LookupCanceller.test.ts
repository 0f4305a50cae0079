import type { Cancellation } from '../../../shared/lookups/Cancellations';
import { LookupCanceller } from '../../../shared/requestRecords/LookupCanceller';
import { refOf } from '../../../shared/requestRecords/RequestState';
import { NOW } from '../lookups/aLookup';
import { aHead, aRecord, aWait } from './aRequest';
import { MemoryRequestLedger } from './MemoryRequestLedger';

async function world() {
  const ledger = new MemoryRequestLedger();
  const head = aHead(3);
  const waiting = [1, 2].map((position) => aWait(aRecord({ position })));
  await ledger.open(head, waiting, [
    aRecord({ position: 2 }),
    aRecord({ position: 3, final: false }),
  ]);
  const written: Cancellation[] = [];
  let freed = 0;
  const canceller = new LookupCanceller({
    search: { findOpen: async () => [refOf(head)] },
    ledger,
    store: { add: async (each) => void written.push(each) },
    freeSlots: async () => void (freed += 1),
    clock: { now: () => NOW },
  });
  return { canceller, written, freed: () => freed };
}

describe('LookupCanceller', () => {
  it('counts lookups that wait and second looks, and writes nothing', async () => {
    const { canceller, written } = await world();

    expect(await canceller.count({ source: 'siem' })).toEqual({ requests: 1, lookups: 2 });
    expect(written).toEqual([]);
  });

  it.each([true, false])(
    'writes what is cancelled, and gives slots back if asked to: %s',
    async (free) => {
      const { canceller, written, freed } = await world();

      await canceller.cancel({ source: 'siem' }, { free });

      expect(written).toEqual([{ writtenAt: NOW, by: { source: 'siem' } }]);
      expect(freed()).toBe(free ? 1 : 0);
    },
  );
});
