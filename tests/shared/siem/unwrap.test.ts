import { gzipSync } from 'node:zlib';
import { unwrap } from '../../../shared/siem/unwrap';

const JSON_TEXT = '{"ip":"10.1.2.3"}';
const EVENT = { ip: '10.1.2.3' };

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');

/** As .NET's DataContractSerializer writes a string: binary XML, its text in one piece or in several. */
function serialized(...chunks: string[]): Buffer {
  const head = '@\x06string\x083http://schemas.microsoft.com/2003/10/Serialization/';
  const last = chunks.length - 1;
  return Buffer.concat([
    Buffer.from(head, 'latin1'),
    ...chunks.flatMap((chunk, index) => {
      const size = Buffer.alloc(2);
      size.writeUInt16LE(Buffer.byteLength(chunk));
      return [Buffer.from([index === last ? 0x9b : 0x9a]), size, Buffer.from(chunk)];
    }),
  ]);
}

describe('unwrap()', () => {
  it.each<{ title: string; bytes: Buffer; layers: string[] }>([
    { title: 'plain JSON', bytes: Buffer.from(JSON_TEXT), layers: [] },
    { title: 'a byte order mark', bytes: Buffer.from(`\ufeff${JSON_TEXT}`), layers: [] },
    { title: 'UTF-16 without a mark', bytes: Buffer.from(JSON_TEXT, 'utf16le'), layers: [] },
    { title: 'gzip', bytes: gzipSync(JSON_TEXT), layers: ['gzip'] },
    {
      title: 'what .NET wrote around a short string',
      bytes: Buffer.from(
        'QAZzdHJpbmcIM2h0dHA6Ly9zY2hlbWFzLm1pY3Jvc29mdC5jb20vMjAwMy8xMC9TZXJpYWxpemF0aW9uL5kReyJpcCI6IjEwLjEuMi4zIn0=',
        'base64',
      ),
      layers: ['dataContract'],
    },
    {
      title: 'a .NET string in pieces',
      bytes: serialized('{"ip":', '"10.1.2.3"}'),
      layers: ['dataContract'],
    },
    { title: 'base64', bytes: Buffer.from(base64(JSON_TEXT)), layers: ['base64'] },
    {
      title: 'base64 in lines of 20 characters',
      bytes: Buffer.from(base64(JSON_TEXT).replaceAll(/(.{20})/g, '$1\r\n')),
      layers: ['base64'],
    },
    {
      title: 'base64 twice',
      bytes: Buffer.from(base64(base64(JSON_TEXT))),
      layers: ['base64', 'base64'],
    },
    {
      title: 'gzip in base64',
      bytes: Buffer.from(base64(gzipSync(JSON_TEXT))),
      layers: ['base64', 'gzip'],
    },
    {
      title: 'JSON in a JSON string',
      bytes: Buffer.from(JSON.stringify(JSON_TEXT)),
      layers: ['jsonString'],
    },
    {
      title: 'ContentData of the managed connector',
      bytes: Buffer.from(
        JSON.stringify({ ContentData: base64(JSON_TEXT), ContentType: 'application/json' }),
      ),
      layers: ['contentData'],
    },
    {
      title: 'contentData that was never encoded',
      bytes: Buffer.from(JSON.stringify({ contentData: JSON_TEXT })),
      layers: ['contentData'],
    },
    {
      title: '$content of a Logic App',
      bytes: Buffer.from(
        JSON.stringify({ '$content-type': 'text/plain', $content: base64(JSON_TEXT) }),
      ),
      layers: ['$content'],
    },
    {
      title: 'three layers',
      bytes: Buffer.from(base64(JSON.stringify({ ContentData: base64(gzipSync(JSON_TEXT)) }))),
      layers: ['base64', 'contentData', 'gzip'],
    },
  ])('takes off $title', ({ bytes, layers }) => {
    expect(unwrap(bytes)).toEqual({ ok: true, value: { content: EVENT, layers } });
  });

  it('takes off three layers and not a fourth', () => {
    const fourfold = JSON.stringify(JSON.stringify(JSON.stringify(JSON.stringify(JSON_TEXT))));

    expect(unwrap(Buffer.from(fourfold))).toEqual({
      ok: true,
      value: {
        content: JSON_TEXT,
        layers: ['jsonString', 'jsonString', 'jsonString'],
      },
    });
  });

  it.each([
    { title: 'a host name that is base64 too', text: 'exchange01' },
    { title: 'a SHA-1', text: '3395856ce81f2b7382dee72602f798b642f14140' },
    { title: 'lines of host names', text: 'web01\nweb02' },
    { title: 'the base64 of a word', text: base64('hello world') },
    { title: 'a number as long as a hash', text: '1234567890123456789012345678901234567890' },
  ])('leaves $title as it is', ({ text }) => {
    expect(unwrap(Buffer.from(text))).toEqual({ ok: true, value: { content: text, layers: [] } });
  });

  it('leaves JSON a line to be read line by line', () => {
    const text = `${JSON_TEXT}\n${JSON_TEXT}`;

    expect(unwrap(Buffer.from(text))).toMatchObject({ ok: true, value: { content: text } });
  });

  it.each([
    {
      title: 'gzip of more than 256 KB',
      bytes: gzipSync(Buffer.alloc(100_000_000)),
      code: 'message.tooLarge',
    },
    {
      title: 'gzip that breaks off',
      bytes: gzipSync(JSON_TEXT).subarray(0, 20),
      code: 'message.notText',
    },
    {
      title: 'a .NET string that breaks off',
      bytes: serialized(JSON_TEXT).subarray(0, 70),
      code: 'message.notText',
    },
    {
      title: 'JSON that is too deep, in base64',
      bytes: Buffer.from(base64('['.repeat(20) + ']'.repeat(20))),
      code: 'message.tooDeep',
    },
    {
      title: 'broken JSON in a JSON string',
      bytes: Buffer.from('"{\\"ip\\":"'),
      code: 'message.notJson',
    },
  ])('refuses $title as $code', ({ bytes, code }) => {
    expect(unwrap(bytes)).toMatchObject({ ok: false, unreadable: { code } });
  });
});
