/**
 * How long the reader of SIEM messages takes, for what is large and for what is meant to hurt. Exits with 1 when a figure
 * is missed; writes its section of docs/benchmarks.md.
 */
import { gzipSync } from 'node:zlib';
import type { Json } from '../shared/json/Json';
import { readSiemMessage } from '../shared/siem/readSiemMessage';
import { isJsonObject } from '../shared/json/Json';
import { siemFixtures } from '../tests/support/siemFixtures';
import { writeSection } from './benchmarksDoc';
import { machineLoad, median, number } from './figures';

const TENANT = '11111111-2222-3333-4444-555555555555';
const WARM_UP = 300;
const RUNS = 301;
const HOSTILE_CHARACTERS = 100_000;
/** Of a text that took long, so that a pause of the machine is not taken for the reader's. */
const RETRIES = 10;

/** 64 KB and 100 entities, in the shape of Sentinel's incident trigger. */
function sentinelIncident(): Json {
  const entity = (kind: string, properties: Json, index: number): Json => ({
    id: `/subscriptions/x/providers/Microsoft.SecurityInsights/Entities/${index}`,
    name: `entity-${index}`,
    type: 'Microsoft.SecurityInsights/Entities',
    kind,
    properties,
  });
  const entities = Array.from({ length: 100 }, (_, i) => {
    if (i % 3 === 0)
      return entity('Ip', { address: `10.1.${i}.4`, friendlyName: `10.1.${i}.4` }, i);
    const hex = i.toString(16).padStart(2, '0');
    return i % 3 === 1
      ? entity('FileHash', { hashValue: hex.repeat(20), algorithm: 'SHA1' }, i)
      : entity(
          'Host',
          { hostName: `pc-${i}`, additionalData: { MdatpDeviceId: hex.repeat(20) } },
          i,
        );
  });
  const incident = (description: string): Json => ({
    eventUniqueId: 'e-1',
    objectSchemaType: 'Incident',
    object: {
      properties: { title: 'x', description, incidentNumber: 1, relatedEntities: entities },
    },
  });
  return incident('x'.repeat(64 * 1024 - JSON.stringify(incident('')).length));
}

/** Texts, 100 KB long as JSON writes them, on which a careless regular expression does not come to an end. */
const HOSTILE: Readonly<Record<string, string>> = {
  letters: 'a'.repeat(HOSTILE_CHARACTERS),
  digits: '1'.repeat(HOSTILE_CHARACTERS),
  spaces: `a${' '.repeat(HOSTILE_CHARACTERS)}!`,
  'spaces and letters': 'a '.repeat(HOSTILE_CHARACTERS / 2),
  dots: '1.'.repeat(HOSTILE_CHARACTERS / 2),
  colons: 'a:'.repeat(HOSTILE_CHARACTERS / 2),
  equals: 'a='.repeat(HOSTILE_CHARACTERS / 2),
  'pairs without end': 'src= dst='.repeat(HOSTILE_CHARACTERS / 9),
  'broken base64': `${'QUJD'.repeat(HOSTILE_CHARACTERS / 4)}*`,
  backslashes: `C:${'\\a'.repeat(HOSTILE_CHARACTERS / 2)}`,
  'CEF without end': 'CEF:0|'.repeat(HOSTILE_CHARACTERS / 6),
  'CEF of escapes': `CEF:0|a|b|c|d|e|f|${'\\='.repeat(HOSTILE_CHARACTERS / 2)}`,
  'LEEF without end': `LEEF:2.0|a|b|c|d|^|${'a^'.repeat(HOSTILE_CHARACTERS / 2)}`,
  syslog: `<134>${'{'.repeat(HOSTILE_CHARACTERS)}`,
  elements: '<Data Name="'.repeat(HOSTILE_CHARACTERS / 12),
  digests: `${'SHA1='.repeat(HOSTILE_CHARACTERS / 5)}`,
  quotes: `'${'"'.repeat(HOSTILE_CHARACTERS)}`,
};

/** Of processor time: what else runs on the machine does not count. */
function readingMs(bytes: Buffer): number {
  const before = process.cpuUsage();
  readSiemMessage(bytes, TENANT);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function medianMs(bytes: Buffer): number {
  for (let i = 0; i < WARM_UP; i++) readingMs(bytes);
  return median(Array.from({ length: RUNS }, () => readingMs(bytes)));
}

/** The fastest of a few, as a regular expression that is not linear is slow each time. */
function leastMs(bytes: Buffer): number {
  return Math.min(...Array.from({ length: RETRIES }, () => readingMs(bytes)));
}

/** Each message that has one of its texts replaced, and where. */
function* withTextReplaced(json: Json, text: string): Generator<readonly [Json, string]> {
  if (typeof json === 'string') yield [text, ''];
  else if (isJsonObject(json)) {
    for (const [key, value] of Object.entries(json)) {
      for (const [replaced, path] of withTextReplaced(value, text)) {
        yield [{ ...json, [key]: replaced }, `${key}.${path}`];
      }
    }
  } else if (Array.isArray(json)) {
    const list = json as readonly Json[];
    for (const [index, value] of list.entries()) {
      for (const [replaced, path] of withTextReplaced(value, text)) {
        yield [list.with(index, replaced), path];
      }
    }
  }
}

interface Slowest {
  readonly ms: number;
  readonly what: string;
}

/** Every hostile text alone, and in the place of each text of the fixtures: once for the same field of a product. */
function slowestHostile(): Slowest & { readonly messages: number } {
  let slowest: Slowest = { ms: 0, what: '' };
  let messages = 0;
  const seen = new Set<string>();
  const measure = (bytes: Buffer, what: string) => {
    messages += 1;
    if (readingMs(bytes) <= slowest.ms) return;
    const ms = leastMs(bytes);
    if (ms > slowest.ms) slowest = { ms, what };
  };
  for (const [name, long] of Object.entries(HOSTILE)) {
    const text = long.slice(
      0,
      Math.floor((HOSTILE_CHARACTERS * long.length) / JSON.stringify(long).length),
    );
    measure(Buffer.from(text), `${name}, alone`);
    for (const { body, name: fixture } of siemFixtures()) {
      for (const [message, path] of withTextReplaced(body ?? null, text)) {
        const field = `${name} ${fixture.split('/')[0]} ${path}`;
        if (seen.has(field)) continue;
        seen.add(field);
        measure(Buffer.from(JSON.stringify(message)), `${name} in ${fixture}`);
      }
    }
  }
  return { ...slowest, messages };
}

const brackets = Buffer.from('['.repeat(125_000) + ']'.repeat(125_000));
const rows = [
  {
    what: '64 KB Sentinel incident with 100 entities, read (median)',
    ms: medianMs(Buffer.from(JSON.stringify(sentinelIncident()))),
    figure: 5,
  },
  { what: '250 KB of nested brackets, refused (median)', ms: medianMs(brackets), figure: 50 },
  {
    what: '100 MB packed into 97 KB, refused (median)',
    ms: medianMs(gzipSync(Buffer.alloc(100_000_000))),
    figure: 50,
  },
];
const hostile = slowestHostile();
const all = [
  ...rows,
  {
    what: `slowest of ${number(hostile.messages)} messages with 100 KB of hostile text (${hostile.what})`,
    ms: hostile.ms,
    figure: 5,
  },
];
const table = all
  .map(({ what, ms, figure }) => `| ${what} | ${number(ms, 2)} ms | ≤ ${figure} ms |`)
  .join('\n');
const text = `\`npm run bench -- siem\` reads messages in one process; times are processor time. Hostile texts stand
alone and in the place of every text of the fixtures.

| message | time | figure |
|---|---:|---:|
${table}

${machineLoad()}`;
console.log(text);
writeSection('Reading messages', text);
process.exitCode = all.every(({ ms, figure }) => ms <= figure) ? 0 : 1;
