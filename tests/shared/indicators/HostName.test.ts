import fc from 'fast-check';
import { HostName } from '../../../shared/indicators/HostName';
import { LONG_TEXTS, spoil } from './hostileText';

const codeOf = (text: string) => {
  const parsed = HostName.parse(text);
  return parsed.ok ? 'ok' : parsed.problem.code;
};

describe('HostName.parse', () => {
  it.each([
    { text: 'desktop-17', value: 'desktop-17', label: 'desktop-17', isFullName: false },
    { text: ' DESKTOP-17\n', value: 'desktop-17', label: 'desktop-17', isFullName: false },
    {
      text: 'Desktop-17.Contoso.com.',
      value: 'desktop-17.contoso.com',
      label: 'desktop-17',
      isFullName: true,
    },
    { text: 'my_host', value: 'my_host', label: 'my_host', isFullName: false },
    { text: '3com.lan', value: '3com.lan', label: '3com', isFullName: true },
    { text: 'a', value: 'a', label: 'a', isFullName: false },
    { text: 'a'.repeat(63), value: 'a'.repeat(63), label: 'a'.repeat(63), isFullName: false },
  ])('reads $text', ({ text, ...expected }) => {
    expect(HostName.parse(text)).toEqual({
      ok: true,
      indicator: expect.objectContaining({ kind: 'host', ...expected }) as unknown,
    });
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
    '.com',
    'a..b',
    'a.b..',
    '-a',
    'a.-b',
    'a b',
    "john's-mac",
    'contoso\\desktop-17',
    'desktop-17$',
    'desktop-17:443',
    '10.1.2.3',
    '10.1.2.300',
    '1234',
    '10.1',
    'a.0x7f',
    '2001:db8::1',
    'a'.repeat(64),
    `${'a.'.repeat(126)}ab`,
    'пример.рф',
  ])('refuses %j', (text) => {
    expect(codeOf(text)).toBe('host.malformed');
  });

  it.each(['desktop-17', 'desktop-17.contoso.com'])(
    'refuses %s with anything hostile added',
    (base) => {
      const accepted = spoil(base).filter((text) => HostName.parse(text).ok);

      expect(accepted).toEqual([]);
    },
  );

  it('refuses very long texts', () => {
    expect(LONG_TEXTS.map(codeOf)).toEqual(LONG_TEXTS.map(() => 'host.malformed'));
  });

  it('reads its own value back, whatever the case', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.domain(), fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/)),
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
