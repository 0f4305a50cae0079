import type { Json } from '../../../../shared/json/Json';
import type { Arrival } from '../../../../shared/siem/Arrival';
import { parse } from '../../../../shared/siem/lookupDrafts';
import { readSiemMessage } from '../../../../shared/siem/readSiemMessage';
import type { SiemRequest } from '../../../../shared/siem/SiemRequest';
import { toLookups } from '../../../../shared/siem/toLookups';
import { mutate, partsOf, randomFrom } from '../../../support/mutateJson';
import { bytesOf, siemFixtures, type SiemFixture } from '../../../support/siemFixtures';

const TENANT = '11111111-2222-3333-4444-555555555555';
const MUTATIONS = 25;
const DAMAGES = 10;
const arrival: Arrival = {
  channel: 'queue',
  replyTo: 'queue',
  messageId: 'm1',
  correlationId: null,
  receivedAt: Date.parse('2026-11-20T08:15:00Z'),
  arrivalId: ['message', 'm1'],
  ingestCaller: null,
};
const CODE = /^(?:message|body)\.\w+$/;
const settings = { tenantId: TENANT, internalIpRanges: [], maxAgeMs: 86_400_000 };

describe('readSiemMessage() of broken messages', () => {
  it.each(siemFixtures().map((fixture, index) => ({ name: fixture.name, fixture, seed: index })))(
    'ends in requests or a reason, looks up nothing that is forbidden, and nothing broken before what is not: $name',
    ({ fixture, seed }) => {
      const random = randomFrom(seed);
      const bytes = bytesOf(fixture);
      const json: Json = fixture.body ?? null;

      const wrong = [
        ...Array.from({ length: MUTATIONS }, () => mutate(json, random)),
        { records: [json, mutate(json, random)] },
        { value: mutate(json, random) },
        [mutate(json, random), '10.254.254.254'],
      ].flatMap((each) => faultsOf(Buffer.from(JSON.stringify(each)), fixture));
      const damaged = Array.from({ length: DAMAGES }, () => damage(bytes, random)).flatMap((each) =>
        faultsOf(each, fixture),
      );

      expect([...wrong, ...damaged]).toEqual([]);
    },
  );

  it.each(siemFixtures())(
    'ends in requests or a reason for every object in it alone: $name',
    (fixture) => {
      const parts = partsOf(fixture.body ?? null);

      // Alone an object may be a message of the plain form, so what is forbidden in its place is not here.
      const wrong = parts.flatMap((part) =>
        faultsOf(Buffer.from(JSON.stringify(part)), { ...fixture, forbidden: [] }),
      );

      expect(wrong).toEqual([]);
    },
  );
});

/** The bytes broken off somewhere, or with one of them another. */
function damage(bytes: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * bytes.length);
  if (random() < 0.5) return bytes.subarray(0, at);
  const copy = Buffer.from(bytes);
  copy[at] = Math.floor(random() * 128);
  return copy;
}

/** What is wrong with the reading of a message, with the message. */
function faultsOf(bytes: Buffer, { properties, forbidden }: SiemFixture): readonly string[] {
  const reading = readSiemMessage(bytes, TENANT, properties);
  if (!reading.ok) return CODE.test(reading.unreadable.code) ? [] : ['no code'];
  const never = new Set(forbidden.map((value) => value.toLowerCase()));
  return reading.value.requests.flatMap((request) =>
    [
      ...valuesOf(request).filter((value) => never.has(value.toLowerCase())),
      ...brokenFirst(request),
    ].map((value) => `${value} as ${request.format} in ${bytes.toString()}`),
  );
}

/** Values that cannot be asked for although another of the same thing can. */
function brokenFirst(request: SiemRequest): readonly string[] {
  return request.indicators
    .filter((each) => !parse(each).ok && each.alternatives.length > 0)
    .map(({ text }) => text);
}

/** All that would be looked up, in canonical form and as written. */
function valuesOf(request: SiemRequest): readonly string[] {
  const { lookups, invalid } = toLookups(request, arrival, settings);
  return [...lookups, ...invalid.map(({ head }) => head)].flatMap(({ subject }) => [
    subject.value,
    subject.original,
    ...subject.alternatives.map(({ value }) => value),
  ]);
}
