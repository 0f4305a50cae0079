import type { Json } from '../../../shared/json/Json';
import { openEnvelope } from '../../../shared/siem/envelopes';
import { FORMATS } from '../../../shared/siem/formats/formats';
import { isOwnRecord } from '../../../shared/siem/isOwnRecord';
import { listedEvents } from '../../../shared/siem/listedEvents';
import { openWrapper } from '../../../shared/siem/openWrapper';
import { isPlainAtSight } from '../../../shared/siem/readPlainForm';
import { siemFixtures } from '../../support/siemFixtures';

const TEXTS = ['10.1.2.3', 'process', 'lookup', '@@notable@@', '1', 'incident', 'ip'];
const SCALARS = ['id', 'source', 'revision', 'priority', 'notAfter', 'maxAgeMs', 'tenantId'];
const NAMED = ['observedAt', 'ref', 'ip', 'hash', 'alertId', 'machineId', 'host'];
const KEYS = [...SCALARS, ...NAMED];

/** All keys at once, so that what asks for several finds them. */
const everything = (value: Json): Json => Object.fromEntries(KEYS.map((key) => [key, value]));

/** Another product's event in each place of the plain form, as JSON and as text. */
const around = (event: Json): readonly Json[] =>
  [event, JSON.stringify(event)].flatMap((value): Json[] => [
    ...KEYS.map((key) => ({ ...(everything('1') as object), [key]: value })),
    { indicators: value },
    { indicators: [value] },
    { context: value },
    { context: { alerts: value, data: value } },
    [value],
    [{ ip: '10.1.2.3' }, value],
  ]);

const isAnothers = (body: Json): boolean =>
  openEnvelope(body) !== null ||
  isOwnRecord(body) ||
  listedEvents(body) !== null ||
  openWrapper(body) !== null ||
  FORMATS.some((format) => format.matches(body));

describe('isPlainAtSight()', () => {
  it.each<{ title: string; body: Json }>([
    { title: 'one indicator', body: { ip: '10.1.2.3', observedAt: '2026-11-20T08:15:00Z' } },
    { title: 'a list of them', body: [{ ip: '10.1.2.3' }, { host: 'desktop-17' }] },
    {
      title: 'the whole form',
      body: { id: 'i-1', source: 's', indicators: [{ ip: '10.1.2.3' }], context: { ticket: 'x' } },
    },
  ])('knows $title', ({ body }) => {
    expect(isPlainAtSight(body)).toBe(true);
  });

  it.each<{ title: string; body: Json }>([
    { title: 'a key that the form does not have', body: { ip: '10.1.2.3', event: 'x' } },
    { title: 'a key in another spelling', body: { IP: '10.1.2.3' } },
    { title: 'an object as a value', body: { host: { name: 'desktop-17' } } },
    { title: 'JSON as text', body: { id: '{"rule":{}}' } },
    { title: 'a context with depth', body: { ip: '10.1.2.3', context: { alerts: [] } } },
    { title: 'a list with a bare value', body: [{ ip: '10.1.2.3' }, '10.1.2.4'] },
    { title: 'an empty list', body: [] },
    { title: 'text', body: '10.1.2.3' },
  ])('leaves $title to the formats', ({ body }) => {
    expect(isPlainAtSight(body)).toBe(false);
  });

  it('knows nothing that another format would read', () => {
    const events = siemFixtures().flatMap(({ body }) => (body === undefined ? [] : [body]));
    const bodies = [...TEXTS.map(everything), ...events.flatMap((each) => [each, ...around(each)])];

    expect(bodies.filter((body) => isPlainAtSight(body) && isAnothers(body))).toEqual([]);
  });
});
