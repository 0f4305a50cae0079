import { runIdOf } from '../../../../shared/inventory/run/InventoryRun';
import {
  firstHop,
  readPageWork,
  toMessage,
} from '../../../../shared/inventory/run/inventoryMessage';

const slotAt = Date.parse('2026-01-31T02:10:00Z');
const work = firstHop({ runId: runIdOf(slotAt), slotAt, epoch: 2, seq: 7 });
const bodyOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

describe('toMessage()', () => {
  it('names the message by run, epoch, page and hop', () => {
    const { messageId, correlationId, scheduledAt } = toMessage({ ...work, hop: 3 }, 5);

    expect(messageId).toBe('20260131T021000000Z:2:7:3');
    expect({ correlationId, scheduledAt }).toEqual({ correlationId: work.runId, scheduledAt: 5 });
  });

  it('writes what readPageWork() reads', () => {
    expect(readPageWork(toMessage(work, 0).body)).toEqual(work);
  });
});

describe('readPageWork()', () => {
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
    { what: 'a slot that is no number', body: bodyOf({ ...work, slotAt: null }) },
  ])('refuses $what', ({ body }) => {
    expect(readPageWork(body)).toBeNull();
  });
});
