const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text, without a byte order mark; or what the bytes are instead, for a sentence that begins with `The body is`. */
export type DecodedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly is: 'UTF-16' | 'not UTF-8 text' };

export function decodeUtf8(bytes: Buffer): DecodedText {
  return utf16Of(bytes) ? { ok: false, is: 'UTF-16' } : decode(utf8, bytes);
}

/** The same, for senders who cannot choose: UTF-16 is text too, with a byte order mark or without. */
export function decodeText(bytes: Buffer): DecodedText {
  const encoding = utf16Of(bytes);
  return decode(encoding ? new TextDecoder(encoding, { fatal: true }) : utf8, bytes);
}

function decode(decoder: Pick<typeof utf8, 'decode'>, bytes: Buffer): DecodedText {
  try {
    return { ok: true, text: decoder.decode(bytes) };
  } catch {
    return { ok: false, is: 'not UTF-8 text' };
  }
}

/** By its byte order mark, or as every second byte of its first characters is zero. */
function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (bytes.byteLength % 2 === 1) return null;
  const [first, second, third, fourth] = bytes;
  const mark = [first, second].join();
  const isZero = [first, second, third, fourth].map((byte) => byte === 0).join();
  if (mark === '255,254' || isZero === 'false,true,false,true') return 'utf-16le';
  return mark === '254,255' || isZero === 'true,false,true,false' ? 'utf-16be' : null;
}
