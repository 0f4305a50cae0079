import type { Batch, BatchQueue, BatchStore } from '../../../shared/batches/BatchStore';
import { batchIdOf } from '../../../shared/batches/batchId';
import { batchQuery } from '../../../shared/batches/batchQuery';
import { queryKey } from '../../../shared/defender/endpoints';
import { HostName } from '../../../shared/indicators/HostName';
import { machineList, named } from '../../../shared/kinds/machineList';
import { queries, valid } from '../defender/queries';
import { START } from '../quota/calendar/fixtures';

const queue = { list: 'machines', flow: 'normal' } as const;
const ticket = {
  endpoint: 'machines',
  epoch: 'e',
  ordinal: 7,
  lane: 'bulk',
  flow: 'normal',
} as const;
const name = valid(HostName.parse("o'brien.contoso.com")).value;
const members = [queries.machine, queries.alertMachine, machineList(named(name))];
const batch: Batch = { ticket, slotAt: START, members, isClosed: false, left: [], next: null };

const idOf = (at: number, of: Partial<BatchQueue> = {}): string =>
  batchIdOf({ ...queue, ...of }, ticket, at);

/** What batches rely on, whatever keeps them. */
export function itKeepsBatches(open: () => Promise<BatchStore>): void {
  it('keeps a batch with its questions', async () => {
    const store = await open();

    const { id } = await store.insert(idOf(START), batch);
    const read = await store.read(id);

    expect(read).toMatchObject({ id, ticket, slotAt: START, isClosed: false, left: [] });
    expect(read?.members.map(queryKey)).toEqual(members.map(queryKey));
  });

  it('knows no batch that nobody opened', async () => {
    const store = await open();

    expect(await store.newest(queue, 5)).toEqual([]);
    expect(await store.read('machines|normal|0000000000000.x')).toBeNull();
  });

  it('finds the newest batches of a list and flow', async () => {
    const store = await open();
    const first = await store.insert(idOf(START), batch);
    const second = await store.insert(idOf(START + 1), batch);
    await store.insert(idOf(START + 2, { flow: 'low' }), batch);
    await store.insert(idOf(START + 3, { list: 'alerts' }), batch);

    const found = await Promise.all([store.newest(queue, 1), store.newest(queue, 5)]);

    expect(found.map((batches) => batches.map(({ id }) => id))).toEqual([
      [second.id],
      [second.id, first.id],
    ]);
  });

  it('lets one of two change a batch', async () => {
    const store = await open();
    const known = await store.insert(idOf(START), batch);
    const left = [queryKey(batchQuery('machines', [queries.machine]))];

    const changed = await Promise.all([
      store.replace(known, { ...batch, isClosed: true }),
      store.replace(known, { ...batch, left }),
    ]);

    expect(changed.filter((each) => each !== null)).toHaveLength(1);
  });

  it('removes the batches whose slot is past', async () => {
    const store = await open();
    const old = await store.insert(idOf(START), batch);
    const next = await store.insert(idOf(START + 1), { ...batch, slotAt: START + 60_000 });

    expect(await store.removeBefore(START + 1)).toBe(1);
    expect(await store.read(old.id)).toBeNull();
    expect(await store.read(next.id)).not.toBeNull();
  });
}
