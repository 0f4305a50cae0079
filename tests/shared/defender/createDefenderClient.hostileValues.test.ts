import fc from 'fast-check';
import { createDefenderClient } from '../../../shared/defender/createDefenderClient';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import type { HttpTransport } from '../../../shared/http/HttpTransport';
import { AlertId } from '../../../shared/indicators/AlertId';
import { FileHash } from '../../../shared/indicators/FileHash';
import { HostName } from '../../../shared/indicators/HostName';
import { Ip } from '../../../shared/indicators/Ip';
import { MachineId } from '../../../shared/indicators/MachineId';
import { plantedToken } from '../identity/plantedToken';
import { queries } from './queries';

const origin = 'https://api.security.microsoft.com';

/** What the service would see, decoded; null when the client refused to send. */
async function seenBy(query: DefenderQuery): Promise<{ url: URL; path: string[] } | null> {
  const sent: URL[] = [];
  const transport: HttpTransport = {
    prepare: () => undefined,
    get: ({ url }) => {
      sent.push(url);
      return Promise.resolve({ status: 500, headers: {}, body: '' });
    },
  };
  const client = createDefenderClient({
    apiBaseUrl: origin,
    clock: { now: () => 0 },
    tokens: plantedToken(),
    transport,
  });
  await client.call(query).catch(() => undefined);
  const [first] = sent;
  if (!first) return null;
  const url = new URL(first.href);
  return { url, path: url.pathname.split('/').map(decodeURIComponent) };
}

const HOSTILE = [
  '.',
  '..',
  '../../alerts',
  '..%2f..%2falerts',
  '%2e%2e',
  '.%2e/',
  '..;/',
  '..\\..\\alerts',
  "1.1.1.1',timestamp=2026-01-01T00:00:00Z)?$filter=x eq 'y",
  "1.1.1.1')/../../alerts?x=('",
  "' or 1 eq 1 or '' eq '",
  "''",
  "'",
  '%27',
  'fe80::1%27',
  'fe80::1%25eth0',
  '?$filter=id ne null',
  '#',
  '#fragment',
  '&$top=1',
  ';a=b',
  '//evil.example/',
  '\\\\evil.example\\',
  '@evil.example',
  ':443@evil.example/',
  'https://evil.example/',
  '/',
  '%2f',
  '%00',
  '\0',
  '\r\nHost: evil.example',
  '%0d%0aHost: evil.example',
  '\t',
  ' ',
  '+',
  '$metadata',
  '$batch',
  "findbyip(ip='1.1.1.1')",
  '(',
  ')',
  ',',
  '=',
  '*',
  '|',
  '"',
  '<script>',
  '`',
  '{id}',
  '[x]',
  '^',
  '~',
  'é',
  '１.１.１.１',
  '。。',
  '․․',
  '∕alerts',
  '\u202e',
  '\ufeff',
  '\ud800',
  '💥',
  'x'.repeat(4096),
];

/** Past the value objects, to show that even they are not the only wall. */
const raw = (value: string) => ({ value, algorithm: 'sha1', issuer: 'defender' }) as never;

const BUILDERS: readonly {
  readonly name: string;
  readonly query: (value: string) => DefenderQuery;
  /** The one path, decoded, that may reach the service. */
  readonly path: (value: string) => readonly string[];
}[] = [
  {
    name: 'findByIp',
    query: (value) => ({ ...queries.findByIp, ip: raw(value) }),
    path: (value) => [
      'machines',
      `findbyip(ip='${value.replaceAll("'", "''")}',timestamp=2026-11-20T08:15:00Z)`,
    ],
  },
  {
    name: 'ipAlerts',
    query: (value) => ({ endpoint: 'ipAlerts', ip: raw(value) }),
    path: (value) => ['ips', value, 'alerts'],
  },
  {
    name: 'alertMachine',
    query: (value) => ({ endpoint: 'alertMachine', alertId: raw(value) }),
    path: (value) => ['alerts', value, 'machine'],
  },
  {
    name: 'fileMachines',
    query: (value) => ({ endpoint: 'fileMachines', sha1: raw(value) }),
    path: (value) => ['files', value, 'machines'],
  },
  {
    name: 'file',
    query: (value) => ({ endpoint: 'file', hash: raw(value) }),
    path: (value) => ['files', value],
  },
  {
    name: 'machine',
    query: (value) => ({ endpoint: 'machine', id: raw(value) }),
    path: (value) => ['machines', value],
  },
];

describe.each(BUILDERS)(
  'DefenderClient.call() of $name with a hostile value',
  ({ query, path }) => {
    async function expectContained(value: string): Promise<void> {
      const seen = await seenBy(query(value));
      if (seen === null) return;
      expect(seen.url.origin).toBe(origin);
      expect(seen.url.search + seen.url.hash).toBe('');
      expect(seen.path).toEqual(['', 'api', ...path(value)]);
    }

    it.each(HOSTILE)('is refused, or reaches the one path that was meant: %j', expectContained);

    it('is contained for any text', async () => {
      const fragments = fc.constantFrom(...HOSTILE.slice(0, 50));
      const text = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(fc.oneof(fragments, fc.string()), { maxLength: 5 }).map((parts) => parts.join('')),
      );

      await fc.assert(fc.asyncProperty(text, expectContained), { numRuns: 1_000 });
    });
  },
);

describe('DefenderClient.call()', () => {
  it('refuses only what no encoding can contain', async () => {
    const sent = await Promise.all(
      HOSTILE.map((value) => seenBy({ endpoint: 'machine', id: raw(value) })),
    );

    expect(HOSTILE.filter((_, index) => sent[index] === null)).toEqual(['.', '..', '\ud800']);
  });
});

describe('DefenderClient.call() of machines with a hostile filter value', () => {
  it('keeps the value inside its literal, whatever it is', async () => {
    const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' }));

    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const seen = await seenBy({
          ...queries.machines,
          filter: { op: 'eq', property: 'computerDnsName', value },
        });
        if (seen === null) return;

        expect(seen.path).toEqual(['', 'api', 'machines']);
        expect([...seen.url.searchParams]).toEqual([
          ['$top', '1000'],
          ['$skip', '0'],
          ['$filter', `computerDnsName eq '${value.replaceAll("'", "''")}'`],
        ]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('Indicators of hostile text', () => {
  it.each([
    { parse: (text: string) => Ip.parse(text), shape: /^[0-9a-f.:]+$/ },
    { parse: (text: string) => FileHash.parse(text), shape: /^[0-9a-f]+$/ },
    { parse: (text: string) => AlertId.parse(text), shape: /^[a-z0-9_-]+$/i },
    { parse: (text: string) => MachineId.parse(text), shape: /^[0-9a-f-]{36,40}$/ },
    { parse: (text: string) => HostName.parse(text), shape: /^[^\p{Cc}\p{Cs}\\]+$/u },
  ])('are refused, or hold nothing but $shape', ({ parse, shape }) => {
    const seeds = ['10.0.0.1', 'fd00::1', 'a'.repeat(40), 'da637472900382838869_1', 'host.local'];
    const text = fc
      .tuple(
        fc.constantFrom('', ...HOSTILE),
        fc.constantFrom(...seeds),
        fc.constantFrom('', ...HOSTILE),
      )
      .map((parts) => parts.join(''));

    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (value) => {
        const parsed = parse(value);
        return !parsed.ok || shape.test(parsed.indicator.value);
      }),
      { numRuns: 10_000 },
    );
  });
});
