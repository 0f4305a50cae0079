import { StoreClock } from '../../../shared/clock/StoreClock';
import { QuotaKeeper } from '../../../shared/quota/QuotaKeeper';
import { DEFAULTS } from '../../../local/simulation/calendarConfigs';
import { bulk, times } from './calendar/fixtures';
import { MemoryCalendarStore } from './MemoryCalendarStore';
import { SeededRandom } from '../../../local/SeededRandom';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

/** Two processes on one store. */
function world() {
  const clock = new VirtualClock();
  const store = new MemoryCalendarStore(clock);
  const [here, elsewhere] = times(
    2,
    (index) =>
      new QuotaKeeper({
        store,
        clock: new StoreClock(clock),
        random: new SeededRandom(index + 1),
        config: DEFAULTS,
        deniedAfterMs: 3_600_000,
      }),
  );
  if (!here || !elsewhere) throw new Error('No keepers');
  const take = async (keeper: QuotaKeeper) => {
    const answer = await clock.run(keeper.take(bulk()));
    if (answer.outcome !== 'granted') throw new Error(`Not granted but ${answer.outcome}`);
    return answer.ticket;
  };
  return { clock, store, here, elsewhere, take };
}

describe('QuotaKeeper.report()', () => {
  it('tells when the endpoint last answered, also another process, without a write of its own', async () => {
    const { clock, store, here, elsewhere, take } = world();
    const ticket = await take(here);
    const other = await take(elsewhere);
    await clock.advance(10_000);
    const before = store.writes;
    const { at } = await clock.run(elsewhere.report(other, { outcome: 'answered' }));
    expect(store.writes).toBe(before);
    await take(elsewhere);
    await clock.advance(10_000);

    const note = await clock.run(
      here.report(ticket, { outcome: 'throttled', retryAfterMs: 5_000 }),
    );

    expect(Math.abs(note.answeredAt - at)).toBeLessThan(1_000);
    expect(note.at - note.answeredAt).toBeGreaterThan(9_000);
    expect(note.closedUntil - note.at).toBeGreaterThanOrEqual(5_000);
  });

  it('leaves the endpoint open to others after a question that is refused', async () => {
    const { clock, here, take } = world();
    const ticket = await take(here);

    await clock.run(here.report(ticket, { outcome: 'refused', question: 'a' }));

    expect(await clock.run(here.breakerOf('machine'))).toBeNull();
    const slot = await clock.run(here.awaitSlot(await take(here), { holdMs: 4_000 }));
    expect(slot).toEqual({ outcome: 'call' });
  });
});
