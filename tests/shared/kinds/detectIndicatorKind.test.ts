import { detectIndicatorKind } from '../../../shared/kinds/detectIndicatorKind';
import { LONG_TEXTS } from '../indicators/hostileText';

describe('detectIndicatorKind', () => {
  it.each([
    { text: '10.1.2.3', kind: 'ip' },
    { text: ' 10.1.2.3\r', kind: 'ip' },
    { text: '2001:db8::1', kind: 'ip' },
    { text: '127.0.0.1', kind: 'ip' },
    { text: '10.1.2.300', kind: 'ip' },
    { text: '010.1.2.3', kind: 'ip' },
    { text: 'fe80::1%eth0', kind: 'ip' },
    { text: '10.1.2.3:443', kind: 'ip' },
    { text: '10.1.2.0/24', kind: 'ip' },
    { text: '10.1.2.0%2F24', kind: 'ip' },
    { text: '[fd12:3456:789a::17]', kind: 'ip' },
    { text: '10[.]1[.]2[.]3', kind: 'ip' },
    { text: 'SHA1=3395856ce81f2b7382dee72602f798b642f14140', kind: 'file' },
    { text: 'IMPHASH=d41d8cd98f00b204e9800998ecf8427e', kind: 'file' },
    { text: 'daefa1828b-dd4e-405c-8a3b-aa28596830dd', kind: 'alert' },
    { text: 'CONTOSO\\DESKTOP-17$', kind: 'host' },
    { text: '\u202adesktop-17\u202c', kind: 'host' },
    { text: '3395856ce81f2b7382dee72602f798b642f14140', kind: 'file' },
    { text: '3395856818392093857103950193847561029384', kind: 'file' },
    { text: 'D41D8CD98F00B204E9800998ECF8427E', kind: 'file' },
    { text: 'a'.repeat(128), kind: 'file' },
    { text: 'da637472900382838869_1364969609', kind: 'alert' },
    { text: '636688558380765161_2136280442', kind: 'alert' },
    { text: 'efa1828b-dd4e-405c-8a3b-aa28596830dd', kind: 'alert' },
    { text: 'faefa1828b-dd4e-405c-8a3b-aa28596830dd', kind: 'alert' },
    { text: 'desktop-17', kind: 'host' },
    { text: 'desktop-17.contoso.com', kind: 'host' },
    { text: 'deadbeef', kind: 'host' },
    { text: '', kind: null },
    { text: '42', kind: null },
    { text: '10.1.2', kind: null },
    { text: 'two words', kind: null },
    { text: "John's MacBook", kind: null },
    { text: 'MÜLLER-PC', kind: 'host' },
    { text: 'R&D-PC', kind: 'host' },
    { text: 'web01.contoso.com:443', kind: 'host' },
    { text: 'Grüße!', kind: null },
    { text: 'web01,web02', kind: null },
    { text: 'NT AUTHORITY\\SYSTEM', kind: null },
    { text: '\\\\server\\share', kind: null },
    { text: 'someone@contoso.com', kind: null },
    { text: 'https://contoso.com/', kind: null },
    { text: '{"ip":"10.1.2.3"}', kind: null },
  ])('takes $text for $kind', ({ text, kind }) => {
    expect(detectIndicatorKind(text)).toBe(kind);
  });

  it('takes very long texts for nothing', () => {
    expect(LONG_TEXTS.map(detectIndicatorKind)).toEqual(LONG_TEXTS.map(() => null));
  });
});
