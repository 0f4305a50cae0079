import fc from 'fast-check';
import { HostName } from '../../../shared/indicators/HostName';
import { LONG_TEXTS } from './hostileText';

const codeOf = (text: string) => {
  const parsed = HostName.parse(text);
  return parsed.ok ? 'ok' : parsed.problem.code;
};

describe('HostName.parse', () => {
  it.each([
    { text: 'desktop-17', value: 'desktop-17', label: 'desktop-17', form: 'computerName' },
    { text: ' DESKTOP-17\n', value: 'desktop-17', label: 'desktop-17', form: 'computerName' },
    {
      text: 'Desktop-17.Contoso.com.',
      value: 'desktop-17.contoso.com',
      label: 'desktop-17',
      form: 'fullName',
    },
    { text: 'my_host', value: 'my_host', label: 'my_host', form: 'computerName' },
    { text: '3com.lan', value: '3com.lan', label: '3com', form: 'fullName' },
    { text: 'a', value: 'a', label: 'a', form: 'computerName' },
    { text: 'MÜLLER-PC', value: 'müller-pc', label: 'müller-pc', form: 'computerName' },
    { text: 'R&D-PC', value: 'r&d-pc', label: 'r&d-pc', form: 'computerName' },
    { text: '📱', value: '📱', label: '📱', form: 'computerName' },
    { text: 'می\u200cخواهم', value: 'می\u200cخواهم', label: 'می\u200cخواهم', form: 'computerName' },
    { text: "John's-iPhone(2)", value: "john's-iphone(2)", form: 'computerName' },
    {
      text: 'MÜLLER-PC.Contoso.com',
      value: 'müller-pc.contoso.com',
      label: 'müller-pc',
      form: 'fullName',
    },
    { text: 'Пример.рф', value: 'пример.рф', label: 'пример', form: 'fullName' },
    { text: 'a'.repeat(63), value: 'a'.repeat(63), label: 'a'.repeat(63), form: 'computerName' },
  ])('reads $text', ({ text, ...expected }) => {
    expect(HostName.parse(text)).toEqual({
      ok: true,
      indicator: expect.objectContaining({ kind: 'host', ...expected }) as unknown,
    });
  });

  it.each([
    'Max Mustermann iPadAir 17zoll (2ndgeneration)',
    "John's MacBook Pro [2]",
    'Büro Drucker',
    'iPad Pro 12.9',
    'jdoe_AndroidForWork_1/23/2026_5:12 PM',
    'Smith, John iPad',
    'Acme Inc.',
    'Müller & Söhne, Empfang #3',
    "x' or 1 eq 1",
  ])('reads %j, which may be the name of a phone, as it is given', (text) => {
    const parsed = HostName.parse(` ${text}\n`);

    expect(parsed).toMatchObject({ ok: true, indicator: { value: text, form: 'deviceName' } });
  });

  it.each([
    { text: 'desktop-17.contoso.com', isWhole: true },
    { text: "John's MacBook", isWhole: true },
    { text: 'desktop-17', isWhole: false },
    { text: 'MÜLLER-PC', isWhole: false },
    { text: 'R&D-PC', isWhole: false },
  ])('says of $text that equal names mean the same machine: $isWhole', ({ text, isWhole }) => {
    expect(HostName.parse(text)).toMatchObject({ indicator: { isWhole } });
  });

  it.each([
    { text: 'conference-room', maybeCutNetBios: true },
    { text: 'CONFERENCE-BIG-', maybeCutNetBios: true },
    { text: 'conference-roo', maybeCutNetBios: false },
    { text: 'conference-rooms', maybeCutNetBios: false },
    { text: 'conference-room.contoso.com', maybeCutNetBios: false },
  ])('says of $text that NetBIOS may have cut it: $maybeCutNetBios', (row) => {
    expect(HostName.parse(row.text)).toMatchObject({
      indicator: { maybeCutNetBios: row.maybeCutNetBios },
    });
  });

  it.each([
    '',
    '.',
    '..',
    '?',
    '42 (2)',
    'contoso\\desktop-17',
    '10.1.2.3',
    '10.1.2.3:443',
    '10.1.2.300',
    '1234',
    '10.1',
    'a.0x7f',
    '2001:db8::1',
    'fe80::1%eth0',
    '１０.１.２.３',
    '10。1。2。3',
    'des\u212atop-17.contoso.com',
    'foo..bar',
    'user@web01.contoso.com',
    'https://web01.contoso.com/',
    'https://web01.contoso.com/ (portal)',
    'CONTOSO/WEB01',
    'host=web01',
    'web01, web02',
    'web01;web02',
    'web01, web02,',
    '"web01", "web02"',
    'web01:443, 10.1.2.3',
    'web01 | müller-pc.contoso.com',
    '{{host.name}}',
    'host {{ host.name }}',
    '${host.name}',
    '%COMPUTERNAME%',
    '$result.host$',
    "@{triggerBody()?['host']}",
    '[fe80::1]',
    `Max ${'x'.repeat(250)}`,
    `${'a.'.repeat(126)}ab`,
  ])('refuses %j', (text) => {
    expect(codeOf(text)).toBe('host.malformed');
  });

  it.each([
    '\0',
    '\0x',
    '\nx',
    '\r\nHost: evil.example',
    '\tx',
    '\u001b[31m',
    '\u007f',
    '\u0085x',
    '\u200bx',
    '\u202e1',
    '\u2028x',
    '\ud800',
  ])('refuses a name with what cannot be seen in it: %j', (hidden) => {
    expect([`Max${hidden}`, `x${hidden}desktop-17`].map(codeOf)).toEqual([
      'host.malformed',
      'host.malformed',
    ]);
  });

  it('refuses very long texts', () => {
    expect(LONG_TEXTS.map(codeOf)).toEqual(LONG_TEXTS.map(() => 'host.malformed'));
  });

  it('reads its own value back, whatever the case', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.domain(),
          fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/),
          fc.string({ unit: 'binary', maxLength: 40 }),
        ),
        (text) => {
          const parsed = HostName.parse(text.toUpperCase());
          fc.pre(parsed.ok);

          expect(HostName.parse(parsed.indicator.value)).toEqual(parsed);
          expect(parsed.indicator.value.startsWith(parsed.indicator.label)).toBe(true);
        },
      ),
    );
  });
});
