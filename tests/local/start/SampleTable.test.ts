import { SampleTable } from '../../../local/start/SampleTable';
import { TableLayout } from '../../../local/start/TableLayout';
import { unpainted, type Paint } from '../../../local/terminal/paint';
import { published, publishedRequest, quarantined } from './published';

const table = new SampleTable(new TableLayout(130), unpainted);
const sample = { name: 'a', title: 'a message', body: '', expected: [] };
const row = (...records: readonly ReturnType<typeof published>[]) =>
  table.row({ sample, records, quarantined: [] });
const cells = (line: string) => line.split(/ {2,}/);

describe('SampleTable.row()', () => {
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
    const line = table.row({
      sample,
      records: [],
      quarantined: [quarantined('a', 'message.notJson')],
    });

    expect(cells(line)).toEqual(['a message', 'message.notJson', '–', '–', '–']);
  });

  it('keeps its columns under the heading, however long a title is', () => {
    const title = 'x'.repeat(200);
    const line = table.row({ sample: { ...sample, title }, records: [], quarantined: [] });

    expect(line).toMatch(/^x+…  /);
    expect(line.indexOf('–')).toBe(table.head().indexOf('machines'));
  });
});

describe('SampleTable.unansweredRow()', () => {
  it('names the message that a repeat was answered with', () => {
    expect(cells(table.unansweredRow({ ...sample, repeats: 'incident' }))).toEqual([
      'a message',
      'with "incident"',
    ]);
  });

  it('says that a message is lost', () => {
    expect(cells(table.unansweredRow(sample))).toEqual(['a message', 'LOST']);
  });
});

describe('SampleTable.recordRow()', () => {
  it.each([
    {
      title: 'the value and the event that named it',
      record: published({ messageId: 'm-1', eventId: 'INC-1', machines: ['x'] }),
      expected: '10.1.2.3 (INC-1)',
    },
    {
      title: 'which of several lookups it is',
      record: published({ messageId: 'm-1', position: 2, of: 5, value: 'srv-1' }),
      expected: 'srv-1, 2 of 5 (m-1)',
    },
  ])('shows $title', ({ record, expected }) => {
    expect(cells(table.recordRow(record))[0]).toBe(expected);
  });

  it('lets no value steer the terminal', () => {
    const line = table.recordRow(
      published({ messageId: 'm-1', value: 'a\u001b[2Jb\u009b1mc\u202ed\ne' }),
    );

    expect(cells(line)[0]).toBe('a·[2Jb·1mc·d·e (m-1)');
  });
});

describe('SampleTable.quarantinedRow()', () => {
  it.each([
    { isLookup: false, expected: 'in quarantine: m-1' },
    { isLookup: true, expected: 'in quarantine: a lookup of m-1' },
  ])('names the message and the reason: $expected', ({ isLookup, expected }) => {
    const line = table.quarantinedRow(quarantined('m-1', 'message.notJson', isLookup));

    expect(cells(line).slice(0, 2)).toEqual([expected, 'message.notJson']);
  });
});

describe('The colours of the table', () => {
  const marking: Paint = (style, text) => `<${style}>${text}`;
  const painted = new SampleTable(new TableLayout(130), marking);
  const outcome = (line: string) => /<(\w+)>/.exec(line)?.[1];

  it.each([
    { title: 'found', records: [published({ messageId: 'a' })], style: 'green' },
    {
      title: 'not seen',
      records: [published({ messageId: 'a', outcome: 'notSeen' })],
      style: 'dim',
    },
    { title: 'denied', records: [published({ messageId: 'a', outcome: 'denied' })], style: 'red' },
    {
      title: 'invalid',
      records: [published({ messageId: 'a', outcome: 'invalid' })],
      style: 'yellow',
    },
    {
      title: 'found in part',
      records: [published({ messageId: 'a' }), published({ messageId: 'a', outcome: 'invalid' })],
      style: 'yellow',
    },
  ])('show $title in $style', ({ records, style }) => {
    expect(outcome(painted.row({ sample, records, quarantined: [] }))).toBe(style);
  });

  it('show what is lost in red', () => {
    expect(outcome(painted.unansweredRow(sample))).toBe('red');
  });
});

describe('SampleTable.legend()', () => {
  it('explains only columns that are there', () => {
    const narrow = new SampleTable(new TableLayout(80), unpainted);

    expect(table.legend()).toMatch(/^waited .*\nfrom cache /m);
    expect(narrow.legend()).not.toMatch(/^(waited|from cache)/m);
  });
});

describe('SampleTable.requestRow()', () => {
  it.each([
    {
      title: 'one that is over',
      request: publishedRequest('a', { of: 3 }),
      expected: ['└ whole: a message', '3 of 3', '3, act on 1, risk High'],
    },
    {
      title: 'one that is not',
      request: publishedRequest('a', { of: 3, done: 1 }),
      expected: ['└ whole: a message', '1 of 3 so far', '1, act on 1, risk High'],
    },
    {
      title: 'one of nothing',
      request: publishedRequest('a', { of: 0 }),
      expected: ['└ whole: a message', '0 of 0', '–'],
    },
  ])('shows $title', ({ request, expected }) => {
    expect(cells(table.requestRow(request, sample))).toEqual(expected);
  });
});
