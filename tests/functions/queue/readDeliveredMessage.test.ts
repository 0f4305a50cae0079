import { InvocationContext } from '@azure/functions';
import { readDeliveredMessage } from '../../../functions/queue/readDeliveredMessage';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const read = (triggerMetadata: Record<string, unknown>, body: unknown = Buffer.from('x')) =>
  readDeliveredMessage(body, new InvocationContext({ triggerMetadata }), NOW);

describe('readDeliveredMessage()', () => {
  it.each([
    { enqueuedTimeUtc: '2026-11-21T08:15:03.120', at: '2026-11-21T08:15:03.120Z' },
    { enqueuedTimeUtc: '2026-11-21T08:15:03.1234567Z', at: '2026-11-21T08:15:03.123Z' },
    { enqueuedTimeUtc: '2026-11-21T09:15:03.120+01:00', at: '2026-11-21T08:15:03.120Z' },
    { enqueuedTimeUtc: '0001-01-01T00:00:00', at: '2026-11-21T12:00:00.000Z' },
    { enqueuedTimeUtc: undefined, at: '2026-11-21T12:00:00.000Z' },
  ])(
    'reads $enqueuedTimeUtc as UTC, whatever the zone of the machine',
    ({ enqueuedTimeUtc, at }) => {
      expect(new Date(read({ enqueuedTimeUtc }).enqueuedAt).toISOString()).toBe(at);
    },
  );

  it.each([
    { sent: 'm-1', handedOver: 'm-1', is: 'm-1' },
    { sent: '007', handedOver: '007', is: '007' },
    { sent: '637472900382838875', handedOver: 637472900382838900, is: null },
    { sent: '1e3', handedOver: 1000, is: null },
    { sent: '1679770006.47946605', handedOver: 1679770006.479466, is: null },
    { sent: 'true', handedOver: true, is: null },
    { sent: '{"a":1}', handedOver: { a: 1 }, is: null },
    { sent: 'no id', handedOver: undefined, is: null },
    { sent: 'an empty id', handedOver: '', is: null },
  ])('believes the ids of a message only while they are text: $sent', ({ handedOver, is }) => {
    const { messageId, correlationId } = read({
      messageId: handedOver,
      correlationId: handedOver,
    });

    expect({ messageId, correlationId }).toEqual({ messageId: is, correlationId: is });
  });

  it.each([
    { title: 'bytes', body: new Uint8Array([0x61]), is: 'a' },
    { title: 'text', body: 'a', is: 'a' },
    { title: 'a number that is beyond all', body: Infinity, is: 'Infinity' },
    { title: 'what was parsed already', body: { ip: '10.1.2.3' }, is: '{"ip":"10.1.2.3"}' },
  ])('takes $title for the body', ({ body, is }) => {
    expect(read({}, body).body.toString()).toBe(is);
  });

  it('keeps the application properties that are known exactly', () => {
    const applicationProperties = { source: 'siem', attempt: 2, deep: { x: 1 } };

    expect(read({ applicationProperties }).applicationProperties).toEqual({
      source: 'siem',
      attempt: 2,
    });
  });
});
