import { partDefenderIds } from './defenderIds';
import { readEndpoint } from './endpoints';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';
import { writtenDate } from './writtenDate';

/** `CEF:0|vendor|product|version|class|name|severity|extension`, with or without a syslog header. */
const CEF = /(?:^|\s)CEF:\d\|/;
/** Far longer than the header of a relay. */
const MAX_BEFORE = 512;
const FIELDS = 7;
/** A key of the extension: values hold spaces, so a value ends where the next key begins. `\=` does not end a key. */
const KEY = /(?:^|\s)([\w.-]{1,64})=/g;
/** Far more than CEF has keys. */
const MAX_PAIRS = 500;
/** The custom strings that products put digests into, by their label. */
const CUSTOM = ['cs1', 'cs2', 'cs3', 'cs4', 'cs5', 'cs6'];
const DIGEST_LABEL = /^(?:file ?)?(?:md5|sha-?1|sha-?256)(?: ?hash)?$/i;
const SOURCE_LABEL = /source/i;
const DESTINATION_LABEL = /destination/i;

/** ArcSight's Common Event Format, revision 25. */
export const cef: Format = {
  name: 'cef',
  matches: (body) => typeof body === 'string' && startOf(body) !== null,
  read(body) {
    const { header, extension } = parse(Place.of(body).text ?? '');
    const [vendor = '', product = '', , id = '', name = ''] = header;
    const fields = Place.of({ ...extension, deviceVendor: vendor, name, deviceEventClassId: id });
    const event = new EventBuilder({
      source: 'cef',
      observedAt: writtenDate(fields.at('start', 'end', 'rt')),
    });
    event.context('product', Place.of(`${vendor} ${product}`));
    event.context('ruleName', fields.at('name'));
    event.context('ruleId', fields.at('deviceEventClassId'));
    event.context('traceparent', fields.at('traceparent'));
    readEnds(event, fields);
    readFiles(event, fields);
    return event.build();
  },
};

function startOf(text: string): number | null {
  const match = CEF.exec(text.slice(0, MAX_BEFORE));
  return match && match.index + match[0].indexOf('CEF:');
}

function parse(text: string): {
  header: readonly string[];
  extension: Readonly<Record<string, string>>;
} {
  const header: string[] = [];
  let start = text.indexOf('|', startOf(text) ?? 0) + 1;
  for (let i = start; i < text.length && header.length < FIELDS - 1; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '|') {
      header.push(text.slice(start, i).replaceAll(/\\([|\\])/g, '$1'));
      start = i + 1;
    }
  }
  return { header, extension: parseExtension(text.slice(start)) };
}

function parseExtension(text: string): Readonly<Record<string, string>> {
  const found: RegExpExecArray[] = [];
  const pattern = new RegExp(KEY);
  for (let key = pattern.exec(text); key && found.length < MAX_PAIRS; key = pattern.exec(text)) {
    found.push(key);
  }
  return Object.fromEntries(
    found.map(({ 0: whole, 1: key = '', index }, position) => {
      const value = text.slice(index + whole.length, found[position + 1]?.index).trim();
      return [key, value.replaceAll(/\\([=\\|])/g, '$1')];
    }),
  );
}

function readEnds(event: EventBuilder, fields: Place): void {
  readEndpoint(event, {
    names: fields.at('shost', 'sourceHostName'),
    ips: [fields.at('src', 'sourceAddress'), ...labelled(fields, 'c6a2', SOURCE_LABEL)],
  });
  readEndpoint(event, {
    names: fields.at('dhost', 'destinationHostName'),
    ips: [fields.at('dst', 'destinationAddress'), ...labelled(fields, 'c6a3', DESTINATION_LABEL)],
  });
  event.leaveOut(
    [fields.at('ahost', 'agentHostName'), fields.at('agt', 'agentAddress')],
    'entry.ownHost',
  );
  readDevice(event, fields);
}

/** What has written the event: a firewall, or a machine that protects itself. */
function readDevice(event: EventBuilder, fields: Place): void {
  const isMicrosofts = fields.at('deviceVendor').is('Microsoft');
  event.device({
    mdeDeviceId: partDefenderIds(fields.at('deviceExternalId')).defender,
    alertId: isMicrosofts ? fields.at('externalId') : [],
    name: fields.at('dvchost', 'deviceHostName'),
    ips: fields.at('dvc', 'deviceAddress'),
  });
}

function labelled(fields: Place, key: string, label: RegExp): readonly Place[] {
  return label.test(fields.at(`${key}Label`).text ?? '') ? [fields.at(key)] : [];
}

function readFiles(event: EventBuilder, fields: Place): void {
  const digests = CUSTOM.flatMap((key) => labelled(fields, key, DIGEST_LABEL));
  event.file({
    hashes: [fields.at('fileHash'), ...digests],
    path: fields.at('filePath'),
    name: fields.at('fname'),
  });
}
