import fc from 'fast-check';
import { FileHash } from '../../../shared/indicators/FileHash';
import { LONG_TEXTS, spoil } from './hostileText';

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const SHA1 = '3395856ce81f2b7382dee72602f798b642f14140';
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const codeOf = (text: string, algorithm = '') => {
  const parsed = FileHash.parse(text, algorithm);
  return parsed.ok ? 'ok' : parsed.problem.code;
};

describe('FileHash.parse', () => {
  it.each([
    { text: MD5, algorithm: 'md5' },
    { text: SHA1, algorithm: 'sha1' },
    { text: SHA256, algorithm: 'sha256' },
    { text: '1'.repeat(40), algorithm: 'sha1' },
  ])('knows $text for a $algorithm by its length', ({ text, algorithm }) => {
    expect(FileHash.parse(text)).toEqual({
      ok: true,
      indicator: expect.objectContaining({ kind: 'file', value: text, algorithm }) as unknown,
    });
  });

  it('writes hexadecimal digits in lower case, without surrounding white space', () => {
    expect(FileHash.parse(` ${SHA1.toUpperCase()}\n`)).toEqual(FileHash.parse(SHA1));
  });

  it.each(['SHA1', 'SHA-1', 'sha_1', 'Sha 1', 'Unknown', ''])(
    'accepts a SHA-1 that the message calls %j',
    (stated) => {
      expect(FileHash.parse(SHA1, stated)).toEqual(FileHash.parse(SHA1));
    },
  );

  it.each([
    { text: SHA256, stated: 'SHA256AC' },
    { text: MD5, stated: 'imphash' },
    { text: 'a'.repeat(128), stated: 'SHA512' },
  ])('does not support a $stated, whatever it looks like', ({ text, stated }) => {
    expect(codeOf(text, stated)).toBe('hash.unsupported');
  });

  it('refuses a digest that is not of every stated algorithm', () => {
    expect(codeOf(SHA1, 'SHA256')).toBe('hash.malformed');
    expect(FileHash.parse(SHA1, 'SHA1', 'SHA256').ok).toBe(false);
  });

  it.each([33, 39, 41, 56, 63, 65, 96, 128])(
    'does not support a digest of %i hexadecimal digits',
    (length) => {
      expect(codeOf('a'.repeat(length))).toBe('hash.unsupported');
    },
  );

  it.each([
    '',
    'abc',
    'a'.repeat(31),
    'a'.repeat(129),
    `${SHA1.slice(1)}g`,
    `0x${SHA1}`,
    '3.39e+39',
  ])('refuses %j as malformed', (text) => {
    expect(codeOf(text)).toBe('hash.malformed');
  });

  it.each([MD5, SHA1, SHA256])('refuses %s with anything hostile added', (base) => {
    const accepted = spoil(base).filter((text) => FileHash.parse(text).ok);

    expect(accepted).toEqual([]);
  });

  it('refuses very long texts', () => {
    expect(LONG_TEXTS.map((text) => codeOf(text))).toEqual(LONG_TEXTS.map(() => 'hash.malformed'));
  });

  it('reads its own value back', () => {
    const digit = fc.constantFrom(...Array.from('0123456789abcdefABCDEF'));
    const digest = fc
      .constantFrom(32, 40, 64)
      .chain((length) => fc.string({ unit: digit, minLength: length, maxLength: length }));
    fc.assert(
      fc.property(digest, (text) => {
        const parsed = FileHash.parse(text);

        expect(parsed).toMatchObject({ ok: true, indicator: { value: text.toLowerCase() } });
        expect(FileHash.parse(text.toLowerCase())).toEqual(parsed);
      }),
    );
  });
});
