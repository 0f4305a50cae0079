const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text, without a byte order mark; or what the bytes are instead, for a sentence that begins with `The body is`. */
export type DecodedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly is: 'UTF-16' | 'not UTF-8 text' };

export function decodeUtf8(bytes: Buffer): DecodedText {
  if (isUtf16(bytes)) return { ok: false, is: 'UTF-16' };
  try {
    return { ok: true, text: utf8.decode(bytes) };
  } catch {
    return { ok: false, is: 'not UTF-8 text' };
  }
}

/** By its byte order mark, or as every second byte of its first characters is zero. */
function isUtf16(bytes: Buffer): boolean {
  if (bytes.byteLength % 2 === 1) return false;
  const [first, second, third, fourth] = bytes;
  const mark = [first, second].join();
  if (mark === '255,254' || mark === '254,255') return true;
  const isZero = [first, second, third, fourth].map((byte) => byte === 0).join();
  return isZero === 'false,true,false,true' || isZero === 'true,false,true,false';
}
