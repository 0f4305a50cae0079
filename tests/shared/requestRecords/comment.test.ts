import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { buildRequestRecord } from '../../../shared/requestRecords/buildRequestRecord';
import { writeComment } from '../../../shared/requestRecords/comment';
import { aMachine, machineId } from '../lookups/aLookup';
import { aRecord, aRequest } from './aRequest';

const HOSTILE =
  'x|y](https://evil.example) <img src=x onerror=alert(1)> **b** \n# h `c` @soc www.evil.example';

const commentOn = (...records: EnrichmentRecord[]) => buildRequestRecord(aRequest(records)).comment;

describe('writeComment()', () => {
  it('says how many lookups there are, how they ended, and how much was left out', () => {
    const { markdown, html } = commentOn(
      aRecord({ position: 1, machines: [aMachine(machineId('a'), { riskScore: 'High' })] }),
      aRecord({ position: 2 }),
    );

    for (const text of [markdown, html]) {
      expect(text).toContain('2 lookups: 1 found, 1 not seen; 3 values of the event left out.');
      expect(text).toContain('1 machine, 0 alerts, highest risk High');
    }
  });

  it('escapes what others wrote, and writes it so that nothing leads there', () => {
    const { markdown, html } = commentOn(
      aRecord({
        machines: [aMachine(machineId('a'), { computerDnsName: HOSTILE, riskScore: HOSTILE })],
        value: HOSTILE,
      }),
    );

    expect(html).not.toMatch(/<img|onerror=alert\(1\)>/);
    expect(html.match(/href="[^"]*"/g)).toEqual([
      `href="https://security.microsoft.com/machines/${machineId('a')}?tid=t1"`,
    ]);
    for (const text of [markdown, html]) {
      const withoutOurs = text.replaceAll('https://security.microsoft.com/', '');
      expect(withoutOurs).not.toMatch(/https?:\/\/|@soc/);
    }
    expect(markdown).not.toMatch(/(?<!\\)\|y|(?<!\\)\]\(https?:\/\/evil|<img|(?<!\\)`c|^# h/m);
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
    const columns = rows.map((row) => row.match(/(?<!\\)\|/g)?.length);
    expect(columns).toEqual([7, 7, 7, 5, 5, 5]);
  });

  it.each(['10.1.2.3', 'evil.example.com', 'http://evil.example/x'])(
    'writes the value %s so that no portal makes a link of it',
    (value) => {
      const { markdown, html } = commentOn(aRecord({ value }));

      for (const text of [markdown, html]) {
        expect(text).not.toContain(value);
        expect(text).toContain(value.replace('://', '[:]//').replaceAll('.', '[.]'));
      }
    },
  );

  it('holds at most 30,000 characters and 40 KB, the most telling rows first, and counts the rest', () => {
    const machines = Array.from({ length: 300 }, (_, index) =>
      aMachine((index + 1).toString(16).padStart(40, '0'), {
        computerDnsName: `rechner-${'ü'.repeat(80)}-${index}`,
        riskScore: index === 299 ? 'High' : 'Low',
      }),
    );
    const { markdown, html } = commentOn(
      aRecord({ position: 1, machines }),
      ...Array.from({ length: 300 }, (_, index) => aRecord({ position: index + 2 })),
    );

    for (const text of [markdown, html]) {
      expect(text.length).toBeLessThanOrEqual(30_000);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(40 * 1024);
      expect(text).toMatch(/Not shown: \d+ of 300 machines, \d+ of 301 lookups\./);
      expect(text.indexOf('-299')).toBeLessThan(text.indexOf('Low'));
      expect(text).toContain('301 lookups: 1 found, 300 not seen');
    }
    expect(markdown.length).toBeGreaterThan(15_000);
  });

  it('can be made shorter', () => {
    const record = buildRequestRecord(
      aRequest(Array.from({ length: 200 }, (_, index) => aRecord({ position: index + 1 }))),
    );
    const { markdown, html } = writeComment(record, 4_000);

    expect(Math.max(markdown.length, html.length)).toBeLessThanOrEqual(4_000);
    expect(markdown).toContain('Not shown');
  });
});
