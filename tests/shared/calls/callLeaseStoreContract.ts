import type { CallLease, LeasedCall, CallLeaseStore } from '../../../shared/calls/CallLeaseStore';
import { START } from '../quota/calendar/fixtures';

const call: LeasedCall = { endpoint: 'findByIp', key: 'findByIp /api/x?ip=10.0.0.1#/\\' };
const ticket = {
  endpoint: 'findByIp',
  epoch: 'e',
  ordinal: 7,
  lane: 'bulk',
  flow: 'normal',
} as const;
const first: CallLease = { owner: 'l_1:0:findByIp:0', ticket: null, slotAt: START };
const second: CallLease = { owner: 'l_2:0:findByIp:0', ticket, slotAt: START + 60_000 };

/** What claims rely on, whatever keeps them. */
export function itKeepsCallLeases(open: () => Promise<CallLeaseStore>): void {
  it('keeps the first claim of a call', async () => {
    const store = await open();

    const made = await store.insert(call, first);
    const refused = await store.insert(call, second);

    expect(made).toMatchObject(first);
    expect(refused).toBeNull();
    expect(await store.read(call)).toEqual(made);
  });

  it('knows no claim that nobody made', async () => {
    const store = await open();
    await store.insert({ ...call, endpoint: 'machine' }, first);

    expect(await store.read(call)).toBeNull();
  });

  it('lets one of two take over a claim', async () => {
    const store = await open();
    const etag = (await store.insert(call, first))?.etag ?? '';

    const taken = await Promise.all([
      store.replace(call, second, etag),
      store.replace(call, second, etag),
    ]);

    expect(taken.filter((claim) => claim !== null)).toHaveLength(1);
    expect(await store.read(call)).toMatchObject(second);
  });

  it('removes the claims whose slot is past', async () => {
    const store = await open();
    await store.insert(call, first);
    await store.insert({ ...call, key: 'other' }, second);

    const removed = await store.removeBefore(START + 1);

    expect(removed).toBe(1);
    expect(await store.read(call)).toBeNull();
    expect(await store.read({ ...call, key: 'other' })).toMatchObject(second);
  });
}
