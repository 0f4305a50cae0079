import fc from 'fast-check';
import { Ip } from '../../../shared/indicators/Ip';
import { LONG_TEXTS, spoil } from './hostileText';

const valueOf = (text: string) => {
  const parsed = Ip.parse(text);
  return parsed.ok ? parsed.indicator.value : parsed.problem.code;
};

describe('Ip.parse', () => {
  it.each([
    { text: '10.1.2.3', value: '10.1.2.3' },
    { text: ' 10.1.2.3\r\n', value: '10.1.2.3' },
    { text: '8.8.8.8', value: '8.8.8.8' },
    { text: '240.0.0.1', value: '240.0.0.1' },
    { text: '2001:DB8::1', value: '2001:db8::1' },
    { text: '2001:0db8:0000:0000:0000:0000:0002:0001', value: '2001:db8::2:1' },
    { text: '2001:db8:0:1:1:1:1:1', value: '2001:db8:0:1:1:1:1:1' },
    { text: '2001:db8::1:1:1:1:1', value: '2001:db8:0:1:1:1:1:1' },
    { text: '2001:0:0:1:0:0:0:1', value: '2001:0:0:1::1' },
    { text: '2001:db8:0:0:1:0:0:1', value: '2001:db8::1:0:0:1' },
    { text: '64:ff9b::192.0.2.33', value: '64:ff9b::c000:221' },
    { text: '::ffff:10.1.2.3', value: '10.1.2.3' },
    { text: '::FFFF:a01:203', value: '10.1.2.3' },
    { text: '::10.1.2.3', value: '::a01:203' },
    { text: 'fd12:3456:789A::17', value: 'fd12:3456:789a::17' },
  ])('writes $text as $value', ({ text, value }) => {
    expect(valueOf(text)).toBe(value);
  });

  it.each(['10.1.2.3', '::ffff:10.1.2.3'])('calls %s version 4', (text) => {
    expect(Ip.parse(text)).toMatchObject({ indicator: { kind: 'ip', version: 4 } });
  });

  it('calls an IPv6 address version 6', () => {
    expect(Ip.parse('2001:db8::1')).toMatchObject({ indicator: { kind: 'ip', version: 6 } });
  });

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '169.254.1.1',
    '224.0.0.1',
    '239.255.255.250',
    '255.255.255.255',
    '0.0.0.0',
    '0.1.2.3',
    '::',
    '::1',
    'fe80::1',
    'febf::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:0.0.0.0',
  ])('refuses %s, which no machine has for itself', (text) => {
    expect(valueOf(text)).toBe('ip.notRoutable');
  });

  it.each([
    '',
    ' ',
    '10',
    '10.1',
    '10.1.2',
    '10.1.2.',
    '10.1.2.3.4',
    '10.1.2.256',
    '010.1.2.3',
    '10.1.2.03',
    '0x0a.1.2.3',
    '0x0a010203',
    '167838211',
    '10.1.2.3/32',
    '10.1.2.3:443',
    '10.1.2.-3',
    '+10.1.2.3',
    '10. 1.2.3',
    '１０.1.2.3',
    '[2001:db8::1]',
    '[2001:db8::1]:443',
    '2001:db8::1/64',
    '2001:db8::1::2',
    '2001:db8:::1',
    '12345::1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    ':1:2:3:4:5:6:7',
    '::1.2.3.04',
    '2001:db8::1%eth0',
    'fe80::1%eth0',
    'fe80::1%27',
    '::ffff:10.1.2.3%1',
    'localhost',
    'null',
    'NaN',
  ])('refuses %j as malformed', (text) => {
    expect(valueOf(text)).toBe('ip.malformed');
  });

  it.each(['10.1.2.3', '2001:db8::1'])('refuses %s with anything hostile added', (base) => {
    const accepted = spoil(base).filter((text) => Ip.parse(text).ok);

    expect(accepted).toEqual([]);
  });

  it('refuses very long texts', () => {
    expect(LONG_TEXTS.map(valueOf)).toEqual(LONG_TEXTS.map(() => 'ip.malformed'));
  });

  it('reads its own value back, whatever the spelling', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const parsed = Ip.parse(text);
        fc.pre(parsed.ok);

        expect(Ip.parse(parsed.indicator.value)).toEqual(parsed);
        expect(Ip.parse(text.toUpperCase())).toEqual(parsed);
        expect(parsed.indicator.value).toMatch(/^[0-9a-f.:]+$/);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the sixteen bytes of an IPv6 address one spelling', () => {
    const group = fc.oneof(fc.constant(0), fc.nat(0xffff));
    fc.assert(
      fc.property(fc.array(group, { minLength: 7, maxLength: 7 }), (rest) => {
        const groups = [0x2001, ...rest];
        const padded = groups.map((part) => part.toString(16).padStart(4, '0').toUpperCase());
        const bare = groups.map((part) => part.toString(16));

        const value = valueOf(padded.join(':'));

        expect(value).toBe(valueOf(bare.join(':')));
        expect(value).not.toMatch(/(^|:)0[0-9a-f]|[A-Z]|:0:0:.*:0:0:0/);
      }),
    );
  });
});
