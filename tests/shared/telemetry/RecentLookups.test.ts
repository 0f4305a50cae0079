import { RecentLookups, type RecentLookup } from '../../../shared/telemetry/RecentLookups';

function ended(number: number): RecentLookup {
  return {
    at: '2026-11-20T08:15:00.000Z',
    lookupId: `l_${String(number)}`,
    generation: 0,
    channel: 'queue',
    kind: 'ip',
    outcome: 'found',
    reasonCode: null,
    machineCount: 1,
    tookMs: 5,
  };
}

describe('RecentLookups', () => {
  it('lists the last 20, the newest first', () => {
    const recent = new RecentLookups();

    for (let number = 1; number <= 25; number++) recent.add(ended(number));

    const ids = recent.list().map(({ lookupId }) => lookupId);
    expect(ids).toEqual(Array.from({ length: 20 }, (_, index) => `l_${25 - index}`));
  });
});
