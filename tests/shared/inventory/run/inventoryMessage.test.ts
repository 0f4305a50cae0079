import { runIdOf } from '../../../../shared/inventory/run/InventoryRun';
import type { Ticket } from '../../../../shared/quota/Quota';
import {
  firstHop,
  readPageWork,
  toMessage,
} from '../../../../shared/inventory/run/inventoryMessage';

const DAY_MS = 86_400_000;
const slotAt = Date.parse('2026-01-31T02:10:00Z');
const work = firstHop({ runId: runIdOf(slotAt), slotAt, epoch: 2, publishes: true, seq: 7 });
const ticket: Ticket = {
  endpoint: 'machines',
  epoch: 'e',
  ordinal: 7,
  lane: 'bulk',
  flow: 'inventory',
};
const bodyOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const withTicket = (change: object) => bodyOf({ ...work, ticket: { ...ticket, ...change } });
const atSlot = (at: number) =>
  firstHop({ runId: runIdOf(at), slotAt: at, epoch: 0, publishes: true, seq: 0 });

describe('toMessage()', () => {
  it('names the message by run, epoch, page and hop', () => {
    const { messageId, correlationId, scheduledAt } = toMessage({ ...work, hop: 3 }, 5);

    expect(messageId).toBe('20260131T021000000Z:2:7:3');
    expect({ correlationId, scheduledAt }).toEqual({ correlationId: work.runId, scheduledAt: 5 });
  });

  it('writes what readPageWork() reads', () => {
    expect(readPageWork(toMessage(work, 0).body, slotAt)).toEqual(work);
  });
});

describe('readPageWork()', () => {
  it('reads its own ticket and a slot a day ahead, as clocks may be off', () => {
    const held = { ...atSlot(slotAt + DAY_MS), ticket };

    expect(readPageWork(bodyOf(held), slotAt)).toEqual(held);
  });

  it('takes a page of an earlier version, which knows of no refusals and counts attempts', () => {
    const { refusals: _, failures, ...earlier } = { ...work, failures: 2 };

    expect(readPageWork(bodyOf({ ...earlier, attempt: failures }), slotAt)).toEqual({
      ...work,
      failures,
    });
  });

  it.each([
    { what: 'no JSON', body: Buffer.from('{') },
    { what: 'no object', body: bodyOf([]) },
    { what: 'of another version', body: bodyOf({ ...work, schemaVersion: '2.0' }) },
    { what: 'for another queue', body: bodyOf({ ...work, type: 'lookup' }) },
    { what: 'a negative page', body: bodyOf({ ...work, seq: -1 }) },
    { what: 'the id of another slot', body: bodyOf({ ...work, runId: runIdOf(slotAt + 1) }) },
    { what: 'an id that climbs out', body: bodyOf({ ...work, runId: '../../v1/latest' }) },
    { what: 'an id that is a folder', body: bodyOf({ ...work, runId: 'index' }) },
    { what: 'a slot that no calendar has', body: bodyOf({ ...work, slotAt: 8.64e15 + 1 }) },
    { what: 'a slot more than a day ahead', body: bodyOf(atSlot(slotAt + DAY_MS + 1)) },
    { what: 'a slot in 2999', body: bodyOf(atSlot(Date.parse('2999-01-01T00:00:00Z'))) },
    { what: 'a slot at the end of time', body: bodyOf(atSlot(8.64e15)) },
    { what: 'a ticket of another endpoint', body: withTicket({ endpoint: 'file' }) },
    { what: "a ticket of a lookup's flow", body: withTicket({ flow: 'high' }) },
    { what: 'an interactive ticket', body: withTicket({ lane: 'interactive' }) },
    { what: 'refusals that cannot be', body: bodyOf({ ...work, refusals: { counted: -1 } }) },
    { what: 'a slot that is no number', body: bodyOf({ ...work, slotAt: null }) },
  ])('refuses $what', ({ body }) => {
    expect(readPageWork(body, slotAt)).toBeNull();
  });
});
