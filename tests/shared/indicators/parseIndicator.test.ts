import fc from 'fast-check';
import { INDICATOR_KINDS } from '../../../shared/indicators/Indicator';
import { INDICATOR_PROBLEMS } from '../../../shared/indicators/IndicatorProblem';
import { parseIndicator } from '../../../shared/indicators/parseIndicator';

const SAMPLES = {
  ip: '10.1.2.3',
  file: '3395856ce81f2b7382dee72602f798b642f14140',
  alert: 'da637472900382838869_1364969609',
  machine: '1e5bc9d7e413ddd7902c2932e418702b84d0cc07',
  host: 'desktop-17.contoso.com',
};

describe('parseIndicator', () => {
  it.each(INDICATOR_KINDS)('reads a value of kind %s', (kind) => {
    const parsed = parseIndicator(kind, SAMPLES[kind]);

    expect(parsed).toMatchObject({ ok: true, indicator: { kind, value: SAMPLES[kind] } });
  });

  it.each(INDICATOR_KINDS)('refuses a malformed value of kind %s by code and message', (kind) => {
    const code = `${kind === 'file' ? 'hash' : kind}.malformed` as const;

    expect(parseIndicator(kind, '?')).toEqual({
      ok: false,
      problem: { code, message: INDICATOR_PROBLEMS[code] },
    });
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
        const parsed = parseIndicator(kind, value);
        if (!parsed.ok) return;

        const { indicator } = parsed;
        const isFreeText = indicator.kind === 'host' && indicator.form === 'deviceName';
        // A device's name is only ever put between quotes.
        expect(indicator.value).toMatch(isFreeText ? /^[^\p{Cc}\p{Cs}]+$/u : /^[0-9A-Za-z._:-]+$/);
        expect(parseIndicator(kind, parsed.indicator.value)).toEqual(parsed);
      }),
      { numRuns: 10_000 },
    );
  });
});
