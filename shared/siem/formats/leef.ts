import type { JsonObject } from '../../json/Json';
import { readEndpoint } from './endpoints';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';
import { writtenDate } from './writtenDate';

/** `LEEF:1.0|vendor|product|version|id|` and `LEEF:2.0|…|delimiter|`, with or without a syslog header. */
const LEEF = /(?:^|\s)LEEF:([12])\.0\|/;
const MAX_BEFORE = 512;
/** Far more than LEEF has keys. */
const MAX_PAIRS = 500;
const HEX_DELIMITER = /^(?:0x|x)([0-9a-f]{1,4})$/i;
const DIGESTS = ['sha1', 'sha256', 'md5', 'fileHash', 'SHA1', 'SHA256', 'MD5'];

/** IBM's Log Event Extended Format: https://www.ibm.com/docs/en/dsm?topic=leef-overview. */
export const leef: Format = {
  name: 'leef',
  matches: (body) => typeof body === 'string' && LEEF.test(body.slice(0, MAX_BEFORE)),
  read(body) {
    const { vendor, product, id, attributes } = parse(Place.of(body).text ?? '');
    const fields = Place.of(attributes);
    const event = new EventBuilder({
      source: 'leef',
      observedAt: writtenDate(fields.at('devTime')),
    });
    event.context('product', Place.of(`${vendor} ${product}`));
    event.context('ruleId', Place.of(id));
    readEndpoint(event, { names: fields.at('identHostName'), ips: fields.at('identSrc') });
    readEnd(event, fields, 'src');
    readEnd(event, fields, 'dst');
    event.file({ hashes: DIGESTS.map((key) => fields.at(key)), path: fields.at('filePath') });
    return event.build();
  },
};

function readEnd(event: EventBuilder, fields: Place, end: 'src' | 'dst'): void {
  const ips = fields.at(end, `${end}IP`);
  readEndpoint(event, { names: fields.at(`${end}HostName`), ips });
}

function parse(text: string): Line {
  const match = LEEF.exec(text.slice(0, MAX_BEFORE));
  const [vendor = '', product = '', , id = '', ...rest] = text
    .slice((match?.index ?? 0) + (match?.[0].length ?? 0))
    .split('|');
  const [first = '', ...others] = rest;
  const hasDelimiter = match?.[1] === '2' && others.length > 0;
  const pairs = (hasDelimiter ? others : rest)
    .join('|')
    .split(hasDelimiter ? delimiterOf(first) : '\t', MAX_PAIRS);
  const attributes = pairs.flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals < 1 ? [] : [[pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]];
  });
  return { vendor, product, id, attributes: Object.fromEntries(attributes) as JsonObject };
}

interface Line {
  readonly vendor: string;
  readonly product: string;
  readonly id: string;
  readonly attributes: JsonObject;
}

/** The character itself, or its number; a tab if none is given. */
function delimiterOf(text: string): string {
  const [, number] = HEX_DELIMITER.exec(text) ?? [];
  return number === undefined ? text || '\t' : String.fromCharCode(Number.parseInt(number, 16));
}
