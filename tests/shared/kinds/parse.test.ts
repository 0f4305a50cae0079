import fc from 'fast-check';
import { INDICATOR_KINDS, type IndicatorKind } from '../../../shared/indicators/Indicator';
import { KINDS } from '../../../shared/kinds/kinds';
import { LONG_TEXTS } from '../indicators/hostileText';

const SAMPLES = {
  ip: '10.1.2.3',
  file: '3395856ce81f2b7382dee72602f798b642f14140',
  alert: 'da637472900382838869_1364969609',
  machine: '1e5bc9d7e413ddd7902c2932e418702b84d0cc07',
  host: 'desktop-17.contoso.com',
};

describe('KINDS[…].parse()', () => {
  it.each(INDICATOR_KINDS)('reads a value of kind %s', (kind) => {
    const parsed = KINDS[kind].parse(SAMPLES[kind]);

    expect(parsed).toMatchObject({ ok: true, indicator: { kind, value: SAMPLES[kind] } });
  });

  it.each(INDICATOR_KINDS)('refuses a malformed value of kind %s by code and message', (kind) => {
    const code = `${kind === 'file' ? 'hash' : kind}.malformed`;

    expect(KINDS[kind].parse('?')).toEqual({
      ok: false,
      problem: { code, message: expect.stringMatching(/^Not an? \w.+\.$/) as unknown },
    });
  });

  it.each<[IndicatorKind, string, string]>([
    ['ip', '10.1.0.10:443', '10.1.0.10'],
    ['ip', '10.1.0.10/32', '10.1.0.10'],
    ['ip', '10[.]1[.]2(.)40', '10.1.2.40'],
    ['ip', '10.1.2[dot]40[:]443', '10.1.2.40'],
    ['ip', '"10.1.2.3"', '10.1.2.3'],
    ['ip', '(10.1.2.3)', '10.1.2.3'],
    ['ip', '[fd12:3456:789a::17]', 'fd12:3456:789a::17'],
    ['ip', '[fd12:3456:789a::17]:443', 'fd12:3456:789a::17'],
    ['ip', 'fd12:3456:789a::17/128', 'fd12:3456:789a::17'],
    ['ip', 'fd12:3456:789a::17%eth0', 'fd12:3456:789a::17'],
    ['ip', '[10.1.2.3]:443', '10.1.2.3'],
    ['ip', '10.1.2.3%2F32', '10.1.2.3'],
    ['ip', '::1:2%eth0', '::1:2'],
    ['ip', '\u200e10.1.2.3\u202c', '10.1.2.3'],
    ['file', `SHA1=${SAMPLES.file.toUpperCase()}`, SAMPLES.file],
    ['file', `sha-1: ${SAMPLES.file}`, SAMPLES.file],
    ['file', `'${SAMPLES.file}'`, SAMPLES.file],
    ['alert', `<${SAMPLES.alert}>`, SAMPLES.alert],
    ['machine', `\ufeff"${SAMPLES.machine}"`, SAMPLES.machine],
    ['host', 'CONTOSO\\DESKTOP-17', 'desktop-17'],
    ['host', 'contoso.com\\DESKTOP-17$', 'desktop-17'],
    ['host', 'DESKTOP-17$', 'desktop-17'],
    ['host', 'CONTOSO\\MÜLLER-PC$', 'müller-pc'],
    ['host', 'web01.contoso.com:443', 'web01.contoso.com'],
    ['host', 'WEB01[:]8080', 'web01'],
    ['host', '"Max Müllers iPhone"', 'Max Müllers iPhone'],
    ['host', '[web01]', 'web01'],
    ['host', 'web01[[.]]contoso.com', 'web01.contoso.com'],
    ['host', 'desktop-17[.]contoso[.]com.', 'desktop-17.contoso.com'],
  ])('reads the %s %s as %s', (kind, text, value) => {
    expect(KINDS[kind].parse(text)).toMatchObject({ ok: true, indicator: { value } });
  });

  it.each<[IndicatorKind, string, string]>([
    ['ip', 'fe80::1%eth0', 'ip.notRoutable'],
    ['ip', '10.0.0.0/8', 'ip.malformed'],
    ['ip', 'fd12:3456:789a::/64', 'ip.malformed'],
    ['ip', '10.1.2.3%2F24', 'ip.malformed'],
    ['ip', '10.1.2.3%2f8', 'ip.malformed'],
    ['ip', '10.1.2.3%24', 'ip.malformed'],
    ['ip', '10.1.2.3%eth0', 'ip.malformed'],
    ['ip', '10.1.2.3/128', 'ip.malformed'],
    ['ip', '[10.1.2.3%24]:443', 'ip.malformed'],
    ['ip', 'fd12:3456:789a::1%2F64', 'ip.malformed'],
    ['ip', '10.1.2.3:https', 'ip.malformed'],
    ['ip', '[10.1.2.3', 'ip.malformed'],
    ['ip', 'fe80::1%eth0/../../alerts', 'ip.malformed'],
    ['file', `SHA256=${SAMPLES.file}`, 'hash.malformed'],
    ['file', `IMPHASH=${'a'.repeat(32)}`, 'hash.unsupported'],
    ['host', '\\\\server\\share', 'host.malformed'],
    ['host', '[fe80::1]', 'host.malformed'],
    ['host', '00:15:5d:d0:cc:07', 'host.malformed'],
    ['host', '10.1.2.3:443', 'host.malformed'],
    ['host', '"web01", "web02"', 'host.malformed'],
  ])('guesses nothing from the %s %s: %s', (kind, text, code) => {
    expect(KINDS[kind].parse(text)).toMatchObject({ ok: false, problem: { code } });
  });

  it('reads no very long text, and takes no long time over it', () => {
    const texts = [...LONG_TEXTS, '[.]'.repeat(300_000), '('.repeat(500_000) + ')'.repeat(500_000)];
    const parsed = INDICATOR_KINDS.flatMap((kind) => texts.map((text) => KINDS[kind].parse(text)));

    expect(parsed.filter(({ ok }) => ok)).toEqual([]);
  });

  it('accepts nothing that could leave its place in a path or a filter', () => {
    const unit = fc.constantFrom(
      ...Array.from('0123456789abcdefDAX:._-%\'"/\\?#&$()[]{}@;,=+* \t\n\0é'),
    );
    const text = fc.oneof(
      fc.string({ unit, maxLength: 70 }),
      fc.string({ unit: 'binary', maxLength: 70 }),
      fc
        .tuple(
          fc.constantFrom(...Object.values(SAMPLES)),
          fc.string({ unit, maxLength: 4 }),
          fc.nat(60),
        )
        .map(([sample, noise, at]) => sample.slice(0, at) + noise + sample.slice(at)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...INDICATOR_KINDS), text, (kind, value) => {
        const parsed = KINDS[kind].parse(value);
        if (!parsed.ok) return;

        const { indicator } = parsed;
        // A name is only ever put between quotes.
        const isFreeText = indicator.kind === 'host';
        expect(indicator.value).toMatch(isFreeText ? /^[^\p{Cc}\p{Cs}]+$/u : /^[0-9A-Za-z._:-]+$/);
        expect(KINDS[kind].parse(parsed.indicator.value)).toEqual(parsed);
      }),
      { numRuns: 10_000 },
    );
  });
});
