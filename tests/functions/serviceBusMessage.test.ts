import { InvocationContext } from '@azure/functions';
import { readDeliveredMessage } from '../../functions/serviceBusMessage';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const read = (triggerMetadata: Record<string, unknown>, body: unknown = Buffer.from('x')) =>
  readDeliveredMessage(body, new InvocationContext({ triggerMetadata }), NOW);

describe('readDeliveredMessage()', () => {
  it.each([
    { enqueuedTimeUtc: '2026-11-21T08:15:03.120', at: '2026-11-21T08:15:03.120Z' },
    { enqueuedTimeUtc: '2026-11-21T08:15:03.1234567Z', at: '2026-11-21T08:15:03.123Z' },
    { enqueuedTimeUtc: '0001-01-01T00:00:00', at: '2026-11-21T12:00:00.000Z' },
    { enqueuedTimeUtc: undefined, at: '2026-11-21T12:00:00.000Z' },
  ])(
    'reads $enqueuedTimeUtc as UTC, whatever the zone of the machine',
    ({ enqueuedTimeUtc, at }) => {
      expect(new Date(read({ enqueuedTimeUtc }).enqueuedAt).toISOString()).toBe(at);
    },
  );

  it.each([
    { messageId: 'm-1', is: 'm-1' },
    { messageId: 4711, is: '4711' },
    { messageId: true, is: 'true' },
    { messageId: undefined, is: '' },
  ])('takes a message id that the platform made $messageId as text', ({ messageId, is }) => {
    expect(read({ messageId }).messageId).toBe(is);
  });

  it.each([
    { title: 'bytes', body: new Uint8Array([0x61]), is: 'a' },
    { title: 'text', body: 'a', is: 'a' },
    { title: 'what was parsed already', body: { ip: '10.1.2.3' }, is: '{"ip":"10.1.2.3"}' },
  ])('takes $title for the body', ({ body, is }) => {
    expect(read({}, body).body.toString()).toBe(is);
  });

  it('keeps the flat application properties', () => {
    const applicationProperties = { source: 'siem', attempt: 2, deep: { x: 1 } };

    expect(read({ applicationProperties }).applicationProperties).toEqual({
      source: 'siem',
      attempt: 2,
    });
  });
});
