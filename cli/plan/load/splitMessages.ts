import { parseJson } from '../../../shared/json/parseJson';
import { decodeUtf8 } from '../../../shared/text/decodeUtf8';

/** One message of a file, and where it is in it. */
export interface FileMessage {
  readonly body: Buffer;
  readonly place: string;
}

/**
 * The messages of a file: the entries of a JSON array, or the lines of text if each is JSON (NDJSON) or the whole is not;
 * anything else is one message.
 */
export function splitMessages(bytes: Buffer): readonly FileMessage[] {
  const whole = [{ body: bytes, place: 'the file' }];
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) return whole;
  const { text } = decoded;
  const json = parseJson(text);
  if (Array.isArray(json))
    return json.map((entry, index) => ({
      body: Buffer.from(JSON.stringify(entry)),
      place: `entry ${index + 1}`,
    }));
  if (json !== undefined) return whole;
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    return [{ body: Buffer.from(line), place: `line ${index + 1}` }];
  });
}
