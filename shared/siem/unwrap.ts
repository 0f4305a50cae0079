import { gunzipSync } from 'node:zlib';
import { beginsLikeJson } from '../json/beginsLikeJson';
import { isJsonObject, type Json } from '../json/Json';
import { decodeText } from '../text/decodeUtf8';
import { parseBoundedJson } from './parseBoundedJson';
import { MAX_BODY_BYTES, readText, TOO_LARGE } from './readBody';
import { readSerializedString } from './readSerializedString';
import { unreadable, type Reading, type Unreadable } from './Unreadable';

/** What a body holds once all that was put around it on the way is off. */
export interface Unwrapped {
  /** A string is text that is not JSON, or JSON a line. */
  readonly content: Json;
  /** What was taken off, outermost first. */
  readonly layers: readonly string[];
}

type Layer =
  | { readonly of: string; readonly inside: Buffer | string }
  | { readonly content: Json }
  | { readonly ok: false; readonly unreadable: Unreadable };

const MAX_LAYERS = 3;
/** What zlib raises past `maxOutputLength`. */
const TOO_LONG = 'ERR_BUFFER_TOO_LARGE';

/**
 * Takes off what gateways put around a message: gzip, .NET's DataContractSerializer, Logic Apps' `ContentData` and
 * `$content`, base64, JSON in a JSON string; three layers at most, and never more than 256 KB.
 */
export function unwrap(bytes: Buffer): Reading<Unwrapped> {
  const layers: string[] = [];
  let packed: Buffer | string = bytes;
  for (;;) {
    const layer = readLayer(packed, layers.length < MAX_LAYERS);
    if ('unreadable' in layer) return layer;
    if ('content' in layer) return { ok: true, value: { content: layer.content, layers } };
    layers.push(layer.of);
    packed = layer.inside;
  }
}

function readLayer(packed: Buffer | string, mayOpen: boolean): Layer {
  if (Buffer.byteLength(packed) > MAX_BODY_BYTES) return TOO_LARGE;
  if (typeof packed === 'string') return readTextLayer(packed, mayOpen);
  const layer = mayOpen ? openBytes(packed) : null;
  if (layer) return layer;
  const decoded = decodeText(packed);
  return decoded.ok
    ? readTextLayer(decoded.text, mayOpen)
    : unreadable('message.notText', `The body is ${decoded.is}. Send it in UTF-8.`);
}

function openBytes(bytes: Buffer): Layer | null {
  if (isGzip(bytes)) return unzip(bytes);
  const serialized = readSerializedString(bytes);
  return serialized && { of: 'dataContract', inside: serialized };
}

function readTextLayer(text: string, mayOpen: boolean): Layer {
  const body = readText(text);
  if (!body.ok) return beginsWithJsonLine(text) ? { content: text } : body;
  if (body.value.type === 'text') {
    const inside = mayOpen ? fromBase64(text) : null;
    return inside ? { of: 'base64', inside } : { content: text };
  }
  const { value } = body.value;
  if (!mayOpen) return { content: value };
  if (typeof value === 'string') return { of: 'jsonString', inside: value };
  return openWrapper(value) ?? { content: value };
}

/** Logic Apps: a Service Bus message as their connector hands it on, and content that is not JSON. */
function openWrapper(value: Json): Layer | null {
  if (!isJsonObject(value)) return null;
  const { ContentData, contentData, $content } = value;
  const message = ContentData ?? contentData;
  if (typeof message === 'string') return { of: 'contentData', inside: toBytes(message) };
  const isContent = typeof value['$content-type'] === 'string' && typeof $content === 'string';
  return isContent ? { of: '$content', inside: toBytes($content) } : null;
}

/** Base64 as the connectors expect; other content is unencoded. */
function toBytes(text: string): Buffer | string {
  return isBase64(text) ? Buffer.from(text, 'base64') : text;
}

/** JSON a line, of which at least the first can be read. */
function beginsWithJsonLine(text: string): boolean {
  const [first = '', second] = text.trim().split(/\r?\n/, 2);
  return second !== undefined && /^[[{]/.test(first) && parseBoundedJson(first).ok;
}

/** Only what decodes to something known: many a host name is base64 too. */
function fromBase64(text: string, levels = 2): Buffer | null {
  if (!isBase64(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  if (isGzip(bytes) || readSerializedString(bytes)) return bytes;
  const decoded = decodeText(bytes);
  if (!decoded.ok) return null;
  const inside = decoded.text.trim();
  if (beginsLikeJson(inside)) return /[\]}"]$/.test(inside) ? bytes : null;
  return levels > 1 && fromBase64(inside, levels - 1) ? bytes : null;
}

function isBase64(text: string): boolean {
  return /^[\w+/-]{8,}={0,2}$/.test(text.replaceAll(/\s+/g, ''));
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unzip(bytes: Buffer): Layer {
  try {
    return { of: 'gzip', inside: gunzipSync(bytes, { maxOutputLength: MAX_BODY_BYTES }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === TOO_LONG) return TOO_LARGE; // zlib raises no other kind
    return unreadable('message.notText', 'The body is gzip that cannot be unpacked.');
  }
}
