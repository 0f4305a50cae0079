import { tableHead, toRow, unansweredRow } from '../../../local/start/SampleTable';
import { published, quarantined } from './published';

const sample = { name: 'a', title: 'a message', body: '', expected: [] };
const row = (...records: readonly ReturnType<typeof published>[]) =>
  toRow({ sample, records, quarantined: [] });
const cells = (line: string) => line.split(/ {2,}/);

describe('toRow()', () => {
  it.each([
    {
      title: 'one machine: its name',
      records: [
        published({
          messageId: 'a',
          machines: ['desktop-17.contoso.com'],
          evidence: [
            { fromCache: false, waitedMs: 40 },
            { fromCache: true, waitedMs: 0 },
          ],
        }),
      ],
      expected: ['a message', 'found', 'desktop-17.contoso.com', '0.0 s', '1 of 2'],
    },
    {
      title: 'several lookups: outcomes counted, the longest wait, distinct machines',
      records: [
        published({
          messageId: 'a',
          machines: ['x', 'y'],
          evidence: [{ fromCache: false, waitedMs: 100 }],
        }),
        published({
          messageId: 'a',
          machines: ['x'],
          evidence: [{ fromCache: false, waitedMs: 61_000 }],
        }),
        published({ messageId: 'a', outcome: 'invalid' }),
      ],
      expected: ['a message', 'found ×2, invalid', '2', '61.0 s', '0 of 2'],
    },
    {
      title: 'no machine, but alerts',
      records: [published({ messageId: 'a', alertCount: 2 })],
      expected: ['a message', 'found', '2 alerts', '–', '–'],
    },
    {
      title: 'two machines of one name',
      records: [published({ messageId: 'a', machines: ['x', 'x'] })],
      expected: ['a message', 'found', '2', '–', '–'],
    },
    {
      title: 'a machine without a name',
      records: [published({ messageId: 'a', machines: [null] })],
      expected: ['a message', 'found', '(no name)', '–', '–'],
    },
    {
      title: 'an answer that does not fit a message',
      records: [published({ messageId: 'a', machines: ['x'], machineCount: 40 })],
      expected: ['a message', 'found', '40, 1 in the message', '–', '–'],
    },
    {
      title: 'an answer that may change',
      records: [published({ messageId: 'a', outcome: 'notSeen', final: false })],
      expected: ['a message', 'notSeen so far', '–', '–', '–'],
    },
  ])('shows $title', ({ records, expected }) => {
    expect(cells(row(...records))).toEqual(expected);
  });

  it('shows why a message could not be read', () => {
    const line = toRow({ sample, records: [], quarantined: [quarantined('a', 'message.notJson')] });

    expect(cells(line)).toEqual(['a message', 'message.notJson', '–', '–', '–']);
  });

  it('keeps its columns under the heading, however long a title is', () => {
    const title = 'x'.repeat(200);
    const line = toRow({ sample: { ...sample, title }, records: [], quarantined: [] });

    expect(line).toMatch(/^x+…  /);
    expect(line.indexOf('–')).toBe(tableHead().indexOf('machines'));
  });
});

describe('unansweredRow()', () => {
  it('names the message that a repeat was answered with', () => {
    expect(cells(unansweredRow({ ...sample, repeats: 'incident' }))).toEqual([
      'a message',
      'with "incident"',
    ]);
  });

  it('says that a message is lost', () => {
    expect(cells(unansweredRow(sample))).toEqual(['a message', 'LOST']);
  });
});
