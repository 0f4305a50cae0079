import type { Machine } from '../../../shared/defender/DefenderAnswer';
import type { PlannedStep } from '../../../shared/calls/steps';
import { MachineList } from '../../../shared/requests/MachineList';
import { aMachine, anAnswer, listNotes, NOW } from '../lookups/aLookup';

/** A fleet of machines as large as wanted, asked for a page. */
async function page(
  fleet: { count: number; bytes?: number; pageCap?: number; skippedAt?: number[] },
  top: number,
  skip = 0,
) {
  const asked: PlannedStep['query'][] = [];
  const machines = Array.from({ length: fleet.count }, (_, index): Machine =>
    aMachine(`m${index}`, { note: 'x'.repeat(fleet.bytes ?? 0) }),
  );
  const list = new MachineList({
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
    interactive: {
      ask: async ({ query, step }) => {
        asked.push(query);
        const end = query.endpoint === 'machines' ? query.skip + query.top : 0;
        const { pageCap = Infinity, skippedAt = [] } = fleet;
        const served = [...machines.entries()].slice(skip, Math.min(end, skip + pageCap));
        const answer = anAnswer({
          machines: served.filter(([at]) => !skippedAt.includes(at)).map(([, machine]) => machine),
          list: listNotes({ skippedAt }),
        });
        const call = { calledAt: NOW, fromCache: false, waitedMs: 0 };
        return { step, endpoint: 'machines', outcome: 'answered', answer, ...call };
      },
    },
  });
  const options = { filter: null, top, skip, maxAgeMs: null, receivedAt: NOW };
  const found = await list.page(options);
  if (found.outcome !== 'answered') throw new Error(found.outcome);
  const { value, nextSkip, truncated } = found;
  return { asked, value, ids: value.map(({ id }) => id), nextSkip, truncated };
}

describe('MachineList.page()', () => {
  it.each([
    { title: 'a next page', count: 5, top: 2, skip: 0, ids: ['m0', 'm1'], nextSkip: 2 },
    { title: 'the last page', count: 5, top: 2, skip: 4, ids: ['m4'], nextSkip: null },
    {
      title: 'a last page that is full',
      count: 4,
      top: 2,
      skip: 2,
      ids: ['m2', 'm3'],
      nextSkip: null,
    },
    { title: 'nothing', count: 0, top: 2, skip: 0, ids: [], nextSkip: null },
  ])('knows $title', async ({ count, top, skip, ids, nextSkip }) => {
    const found = await page({ count }, top, skip);

    expect(found).toMatchObject({ ids, nextSkip, asked: [{ top: top + 1, skip }] });
  });

  it('cannot know at the limit of the service, so it says that there may be more', async () => {
    const found = await page({ count: 10_000 }, 10_000);

    expect(found).toMatchObject({ nextSkip: 10_000, asked: [{ top: 10_000 }] });
  });

  it('does not take a page of 100 for the last one where more were asked for', async () => {
    const found = await page({ count: 250, pageCap: 100 }, 500);

    expect(found.nextSkip).toBe(100);
  });

  it('goes on behind rows that had no id', async () => {
    const found = await page({ count: 8, skippedAt: [0, 2, 6] }, 3);

    expect(found).toMatchObject({ ids: ['m1', 'm3'], nextSkip: 4 });
  });

  it('answers with 10 MB at most, and goes on right behind', async () => {
    const found = await page({ count: 30, bytes: 1024 * 1024 }, 20);

    expect(found.ids).toHaveLength(9);
    expect(found.nextSkip).toBe(9);
  });

  it('tells of a machine that is larger than an answer which one it is, says so, and goes on', async () => {
    const found = await page({ count: 2, bytes: 12 * 1024 * 1024 }, 2);

    expect(found).toMatchObject({ ids: ['m0'], nextSkip: 1, truncated: ['m0'] });
    expect(found.value).toEqual([aMachine('m0')]);
  });
});
