import { VirtualClock } from '../../../local/simulation/VirtualClock';
import type { Part } from '../../../shared/activity/Activity';
import { ActivityNotes } from '../../../shared/activity/ActivityNotes';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';

const part: Part = { slices: [], recent: [] };

function world() {
  const clock = new VirtualClock();
  const writes: number[] = [];
  const planned: { ms: number; run: () => void }[] = [];
  let reads = 0;
  let isDown = false;
  const startAt = clock.now();
  const notes = new ActivityNotes({
    activity: { part: () => part },
    clock,
    store: {
      write: async (_part, at) => {
        if (isDown) throw new StorageUnavailableError('note what was done', 'down');
        writes.push(at - startAt);
      },
      others: async () => {
        reads += 1;
        return [part];
      },
      removeBefore: async () => 0,
    },
    later: (ms, run) => planned.push({ ms, run }),
  });
  const runPlanned = async () => {
    const [next] = planned.splice(0, 1);
    if (!next) throw new Error('nothing is planned');
    await clock.advance(next.ms);
    next.run();
    await clock.advance(0);
  };
  return {
    clock,
    notes,
    writes,
    planned,
    runPlanned,
    reads: () => reads,
    setDown: (down: boolean) => {
      isDown = down;
    },
  };
}

describe('ActivityNotes', () => {
  it('writes at once, then every ten seconds at most, whatever comes', async () => {
    const { notes, writes, planned, runPlanned } = world();

    notes.note();
    notes.note();
    await runPlanned();
    notes.note();
    notes.note();

    expect(planned.map(({ ms }) => ms)).toEqual([10_000]);
    await runPlanned();
    expect(writes).toEqual([0, 10_000]);
    expect(planned).toEqual([]);
  });

  it('goes on after a write that failed', async () => {
    const { notes, writes, runPlanned, setDown } = world();
    setDown(true);
    notes.note();
    await runPlanned();
    setDown(false);
    notes.note();
    await runPlanned();

    expect(writes).toEqual([10_000]);
  });

  it('reads once for all who look within five seconds, and puts its own part first', async () => {
    const { clock, notes, reads } = world();

    const [first] = await Promise.all([notes.parts(), notes.parts()]);
    await clock.advance(4_000);
    await notes.parts();
    expect([first.length, reads()]).toEqual([2, 1]);

    await clock.advance(2_000);
    await notes.parts();
    expect(reads()).toBe(2);
  });
});
