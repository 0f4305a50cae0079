import type { CalendarStore } from '../../../shared/quota/CalendarStore';
import { bulk, calendarOf, START, times } from './calendar/fixtures';
import { issue } from '../../../shared/quota/calendar/issue';

/** What the keeper relies on, whatever keeps the calendars. */
export function itKeepsCalendars(open: () => Promise<CalendarStore>): void {
  const filled = issue(
    calendarOf(),
    times(300, () => bulk()),
    { now: START, deniedAfterMs: 0 },
  ).state;

  it('finds nothing where nothing was written', async () => {
    const store = await open();

    expect((await store.read('cal|machine')).stored).toBeNull();
  });

  it('gives back the calendar that was written', async () => {
    const store = await open();

    const reply = await store.write('cal|machine', filled, null);

    expect(reply).toMatchObject({ outcome: 'written' });
    const { stored } = await store.read('cal|machine');
    expect(stored?.state).toEqual(filled);
    expect(stored?.etag).toBe(reply.outcome === 'written' && reply.etag);
  });

  it('replaces a calendar only from its latest ETag', async () => {
    const store = await open();
    const first = await store.write('cal|machine', filled, null);
    const etag = first.outcome === 'written' ? first.etag : '';
    await store.write('cal|machine', { ...filled, operation: 'second' }, etag);

    const stale = await store.write('cal|machine', { ...filled, operation: 'stale' }, etag);

    expect(stale.outcome).toBe('conflict');
    expect((await store.read('cal|machine')).stored?.state?.operation).toBe('second');
  });

  it('sets aside what is in the row as it puts another calendar there', async () => {
    const store = await open();
    const first = await store.write('cal|machine', filled, null);
    const etag = first.outcome === 'written' ? first.etag : '';
    const next = { ...calendarOf(), epoch: 'next' };

    const reply = await store.setAside('cal|machine', next, etag);
    const again = await store.setAside('cal|machine', { ...next, epoch: 'third' }, etag);

    const { stored } = await store.read('cal|machine');
    expect([reply.outcome, again.outcome]).toEqual(['written', 'conflict']);
    expect(stored).toEqual({ state: next, etag: reply.outcome === 'written' && reply.etag });
    expect((await store.read('aside|cal|machine|next')).stored?.state).toEqual(filled);
    expect((await store.read('aside|cal|machine|third')).stored).toBeNull();
  });

  it('creates a calendar once', async () => {
    const store = await open();

    const outcomes = await Promise.all(
      times(8, (index) => store.write('cal|*', { ...filled, operation: `${index}` }, null)),
    );

    expect(outcomes.filter(({ outcome }) => outcome === 'written')).toHaveLength(1);
  });

  it('keeps the rows apart', async () => {
    const store = await open();
    await store.write('cal|machine', filled, null);

    expect((await store.read('cal|findByIp')).stored).toBeNull();
  });

  it('tells its time with every answer', async () => {
    const store = await open();

    const replies = [
      await store.read('cal|machine'),
      await store.write('cal|machine', filled, null),
      await store.write('cal|machine', filled, null),
      await store.read('cal|machine'),
    ];

    for (const { serverDate } of replies) expect(serverDate).toEqual(expect.any(Number));
    for (const { serverDate } of replies) expect((serverDate ?? 1) % 1_000).toBe(0);
  });
}
