import { ticketSchema } from '../../../shared/quota/ticketSchema';

const TICKET = { endpoint: 'machine', epoch: 'e', ordinal: 0, lane: 'interactive' };

describe('ticketSchema', () => {
  it.each([
    { title: 'a ticket without instants', change: {}, success: true },
    { title: 'one of today', change: { asOf: 1.8e12, slotAt: 1.8e12 }, success: true },
    { title: 'a write that is no date', change: { asOf: 1e300 }, success: false },
    { title: 'a slot that is no date', change: { slotAt: 1e300 }, success: false },
    { title: 'an epoch too long', change: { epoch: 'e'.repeat(65) }, success: false },
  ])('says $success to $title', ({ change, success }) => {
    expect(ticketSchema.safeParse({ ...TICKET, ...change }).success).toBe(success);
  });
});
