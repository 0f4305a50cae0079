import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { buildRequestRecord } from '../../../shared/requestRecords/buildRequestRecord';
import { writeComment } from '../../../shared/requestRecords/comment';
import { deniedReason } from '../../../shared/calls/stepReasons';
import { aMachine, machineId } from '../lookups/aLookup';
import { aRecord, aRequest } from './aRequest';

const HOSTILE =
  'x|y](https://evil.example) <img src=x onerror=alert(1)> **b** \n# h `c` @soc www.evil.example';

/** The cells of the table whose first column is called so, in Markdown. */
function rowsOf(markdown: string, firstColumn: string): readonly (readonly string[])[] {
  const table = markdown.split('\n\n').find((part) => part.startsWith(`| ${firstColumn} |`)) ?? '';
  const [, , ...rows] = table.split('\n');
  return rows.map((row) => row.slice(2, -2).split(' | '));
}

const labelOf = (link = ''): string | undefined => /^\[(.*)\]\(/.exec(link)?.[1];

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
    expect(columns).toEqual([8, 8, 8, 5, 5, 5]);
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

  it.each(['evil.example', 'evil\u3002example', 'evil\uff0eexample', 'evil\uff61example'])(
    'links no name of a machine whose own address cannot be a link: %s',
    (computerDnsName) => {
      const record = aRecord({ machines: [aMachine(machineId('a'), { computerDnsName })] });
      const machines = record.machines.map((each) => ({ ...each, portalUrl: 'javascript:x(1)' }));
      const { markdown, html } = commentOn({ ...record, machines });

      for (const text of [markdown, html]) {
        expect(text).toContain('evil[.]example');
        expect(text).not.toMatch(/javascript|\]\(|<a /);
      }
    },
  );

  it('shows the machines that are safe to act on first, and calls no other one certain', () => {
    const [meant, ...others] = ['a', 'b', 'c'].map((letter) =>
      aMachine(machineId(letter), {
        computerDnsName: letter,
        riskScore: letter === 'a' ? 'Low' : 'High',
      }),
    );
    const file = aRecord({ position: 1, machines: others });
    const strong = file.machines.map((each) => ({
      ...each,
      match: { ...each.match, strength: 'strong' as const },
    }));
    const { markdown } = commentOn(
      { ...file, machines: strong },
      aRecord({ position: 2, machines: meant ? [meant] : [] }),
    );

    expect(
      rowsOf(markdown, 'Machine').map(([name, , , , , match]) => [labelOf(name), match]),
    ).toEqual([
      ['a', '**beyond doubt**'],
      ['b', 'strong, one of several'],
      ['c', 'strong, one of several'],
    ]);
  });

  it('names each value that a machine was found by once, and counts those that it leaves out', () => {
    const machines = [aMachine(machineId('a'))];
    const vias = [machineId('a'), machineId('a'), '10.1.2.3', 'desktop-17', 'da1_2'];
    const { markdown } = commentOn(
      ...vias.map((via, at) => {
        const record = aRecord({ position: at + 1, machines });
        const found = record.machines.map((each) => ({ ...each, match: { ...each.match, via } }));
        return { ...record, machines: found };
      }),
    );

    const [row] = rowsOf(markdown, 'Machine');
    expect(row?.at(-1)).toBe('aaaaaaaaaaaa…, 10[.]1[.]2[.]3, desktop-17, 1 more');
  });

  it('shows open alerts first, the gravest of them on top, each with its machine', () => {
    const alertOf = (id: string, severity: string, status: string, machine: object) =>
      Object.assign({ id, severity, status, title: id, machineId: null }, machine);
    const { markdown } = commentOn(
      aRecord({
        machines: [aMachine(machineId('a'), { computerDnsName: 'desktop-17' })],
        alerts: [
          alertOf('closed', 'High', 'Resolved', {}),
          alertOf('minor', 'Low', 'New', { machineId: machineId('a') }),
          alertOf('grave', 'Medium', 'InProgress', { computerDnsName: 'other.contoso.com' }),
        ],
      }),
    );

    const rows = rowsOf(markdown, 'Alert').map(([title, , , machine]) => [labelOf(title), machine]);
    expect(rows).toEqual([
      ['grave', 'other[.]contoso[.]com'],
      ['minor', 'desktop-17'],
      ['closed', '–'],
    ]);
  });

  it('says of each lookup what came of it, and what could not be asked', () => {
    const found = aRecord({ position: 1, machines: [aMachine(machineId('a'))] });
    const denied = aRecord({ position: 2 });
    const { markdown } = commentOn(
      { ...found, incomplete: [{ endpoint: 'ips/{ip}/alerts', reason: 'expired' }] },
      { ...denied, outcome: 'denied', reason: deniedReason('machine') },
    );

    expect(rowsOf(markdown, 'Value').map((row) => row.at(-1))).toEqual([
      String.raw`1 machine. Not answered: ips/\{ip\}/alerts \(expired\).`,
      // To be copied.
      expect.stringContaining('Machine.Read.All, Machine.ReadWrite.All, then replay.'),
    ]);
    expect(markdown).toContain('Some of it could not be asked');
  });

  it.each([
    { title: 'alerts of no machine', machines: 0, alerts: 2, result: '2 alerts.' },
    { title: 'machines and alerts', machines: 1, alerts: 1, result: '1 machine; 1 alert.' },
    {
      title: 'several machines where one is meant',
      machines: 2,
      alerts: 0,
      result: '2 machines, which one is uncertain.',
    },
  ])('counts what a lookup found: $title', ({ machines, alerts, result }) => {
    const record = aRecord({
      machines: ['a', 'b'].slice(0, machines).map((letter) => aMachine(machineId(letter))),
      alerts: ['1', '2'].slice(0, alerts).map((id) => ({ id, machineId: null })),
    });
    const { markdown } = commentOn({ ...record, outcome: 'found', reason: null });

    expect(rowsOf(markdown, 'Value').map((row) => row.at(-1))).toEqual([result]);
  });

  it('tells equal values apart by the reference that the event gave them', () => {
    const record = aRecord({ value: '10.1.2.3' });
    const { markdown } = commentOn(
      ...['row-17', 'row_18'].map((ref, at) => ({
        ...record,
        indicator: { ...record.indicator, ref },
        request: { ...record.request, position: at + 1 },
      })),
    );

    expect(rowsOf(markdown, 'Value').map(([value]) => value)).toEqual([
      '10[.]1[.]2[.]3 (row-17)',
      String.raw`10[.]1[.]2[.]3 (row\_18)`,
    ]);
  });

  it('announces that what was not seen is asked once more', () => {
    const { markdown } = commentOn(aRecord({ final: false }));

    expect(markdown).toContain('What was not seen is asked once more later.');
  });

  it('doubts a weak match', () => {
    const record = aRecord({ machines: [aMachine(machineId('a'))] });
    const weak = record.machines.map((each) => ({
      ...each,
      match: { ...each.match, strength: 'weak' as const },
    }));
    const summary = { ...record.summary, machineId: null };
    const { markdown } = commentOn({ ...record, machines: weak, summary });

    expect(markdown).toContain('0 machines matched beyond doubt. A weak match may be another');
  });

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
