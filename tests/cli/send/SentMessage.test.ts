import { SentMessage, type Seen } from '../../../cli/send/SentMessage';

const awaited = {
  requests: [
    { id: 'r_1', eventId: 'E', of: 2 },
    { id: 'r_2', eventId: 'F', of: 1 },
  ],
  lookups: 3,
  unreadable: 1,
};
const sentMessage = () => new SentMessage('a.json', 'm-1', awaited);

const record = (lookupId: string, more: Readonly<Record<string, unknown>> = {}): Seen => {
  const properties = { recordType: 'lookup', requestId: 'r_1', lookupId, generation: 0, ...more };
  return { body: properties, properties };
};
const entry = (
  id: string,
  messageId: string,
  lookup: object | null = null,
  properties: Seen['properties'] = {},
): Seen => ({ body: { id, source: { messageId }, lookup }, properties });

describe('SentMessage', () => {
  it('is complete with a record of each lookup and an entry of each event that cannot be read', () => {
    const sent = sentMessage();
    const steps = [
      () => {
        sent.addRecord(record('l_1'));
      },
      () => {
        sent.addRecord(record('l_2'));
      },
      () => {
        sent.addRecord(record('l_3', { requestId: 'r_2' }));
      },
      () => {
        sent.addQuarantined(entry('q_1', 'm-1'));
      },
    ];

    const states = steps.map((step) => {
      step();
      return sent.isComplete;
    });

    expect(states).toEqual([false, false, false, true]);
  });

  it('takes nothing of other messages', () => {
    const sent = sentMessage();

    sent.addRecord(record('l_9', { requestId: 'r_9' }));
    sent.addRecord(record('l_1', { recordType: 'request' }));
    sent.addQuarantined(entry('q_9', 'm-9'));
    sent.addQuarantined({ body: 'not ours', properties: {} });

    expect([sent.records, sent.quarantined]).toEqual([[], []]);
  });

  it.each([
    { title: 'a higher generation', first: {}, second: { generation: 1 }, kept: 'second' },
    { title: 'a lower generation', first: { generation: 1 }, second: {}, kept: 'first' },
    { title: 'one that was asked', first: { unasked: true }, second: {}, kept: 'second' },
    { title: 'one that was not asked', first: {}, second: { unasked: true }, kept: 'first' },
  ])('keeps the $kept record of a lookup when $title comes', ({ first, second, kept }) => {
    const sent = sentMessage();
    const records = { first: record('l_1', first), second: record('l_1', second) };

    sent.addRecord(records.first);
    sent.addRecord(records.second);

    expect(sent.records).toEqual([kept === 'first' ? records.first.body : records.second.body]);
  });

  it('does not count a lookup in quarantine as an event that cannot be read', () => {
    const sent = sentMessage();
    for (const id of ['l_1', 'l_2', 'l_3']) sent.addRecord(record(id));

    sent.addQuarantined(entry('q_1', 'other', {}, { requestId: 'r_1' }));

    expect(sent.quarantined).toHaveLength(1);
    expect(sent.isComplete).toBe(false);
  });
});
