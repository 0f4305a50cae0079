import { decodeText, decodeUtf8 } from '../../../shared/text/decodeUtf8';

const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('decodeUtf8()', () => {
  it.each([
    { what: 'text', bytes: Buffer.from('{"a":"ü"}'), text: '{"a":"ü"}' },
    {
      what: 'text after a byte order mark',
      bytes: Buffer.from('\ufeff10.1.2.3'),
      text: '10.1.2.3',
    },
    { what: 'nothing', bytes: Buffer.alloc(0), text: '' },
    { what: 'one character', bytes: Buffer.from('a'), text: 'a' },
  ])('reads $what', ({ bytes, text }) => {
    expect(decodeUtf8(bytes)).toEqual({ ok: true, text });
  });

  it.each([
    { what: 'UTF-16 with a mark', bytes: Buffer.from('\ufeff{}', 'utf16le'), is: 'UTF-16' },
    { what: 'UTF-16, big end first, with a mark', bytes: swapped('\ufeff{}'), is: 'UTF-16' },
    { what: 'UTF-16', bytes: Buffer.from('{"a":1}', 'utf16le'), is: 'UTF-16' },
    { what: 'UTF-16, big end first', bytes: swapped('10.1.2.3'), is: 'UTF-16' },
    { what: 'Latin 1', bytes: Buffer.from('Müller', 'latin1'), is: 'not UTF-8 text' },
    { what: 'three bytes', bytes: Buffer.from([0xff, 0xfe, 0xfd]), is: 'not UTF-8 text' },
    { what: 'gzip', bytes: Buffer.from([0x1f, 0x8b, 8, 0, 0]), is: 'not UTF-8 text' },
  ])('names $what', ({ bytes, is }) => {
    expect(decodeUtf8(bytes)).toEqual({ ok: false, is });
  });
});

describe('decodeText()', () => {
  it.each([
    { what: 'UTF-8', bytes: Buffer.from('{"a":"ü"}') },
    { what: 'UTF-16 with a mark', bytes: Buffer.from('\ufeff{"a":"ü"}', 'utf16le') },
    { what: 'UTF-16, big end first, with a mark', bytes: swapped('\ufeff{"a":"ü"}') },
    { what: 'UTF-16', bytes: Buffer.from('{"a":"ü"}', 'utf16le') },
    { what: 'UTF-16, big end first', bytes: swapped('{"a":"ü"}') },
  ])('reads $what', ({ bytes }) => {
    expect(decodeText(bytes)).toEqual({ ok: true, text: '{"a":"ü"}' });
  });

  it('names bytes that are no text', () => {
    expect(decodeText(Buffer.from([0xff, 0xff, 0]))).toEqual({ ok: false, is: 'not UTF-8 text' });
  });
});
