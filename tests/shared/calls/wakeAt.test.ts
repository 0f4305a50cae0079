import { wakeAt } from '../../../shared/calls/wakeAt';
import { NOW } from '../lookups/aLookup';

const ticket = { endpoint: 'machine', epoch: 'e', ordinal: 0, lane: 'interactive' } as const;

describe('wakeAt()', () => {
  it.each([
    { title: 'before the slot of its ticket', ticket, inMs: 60_000, expectedMs: 58_500 },
    { title: 'then, without a ticket', ticket: null, inMs: 60_000, expectedMs: 60_000 },
    {
      title: 'no sooner than in a second, for a near slot',
      ticket,
      inMs: 2_000,
      expectedMs: 1_000,
    },
    {
      title: 'no sooner than in a second, for a time past',
      ticket,
      inMs: -600_000,
      expectedMs: 1_000,
    },
    {
      title: 'no sooner than in a second, without a ticket',
      ticket: null,
      inMs: 0,
      expectedMs: 1_000,
    },
  ])('wakes a postponed step $title', ({ ticket, inMs, expectedMs }) => {
    expect(wakeAt({ ticket, resumeAt: NOW + inMs }, { now: NOW, leadMs: 1_500 })).toBe(
      NOW + expectedMs,
    );
  });
});
