import { createHash } from 'node:crypto';
import type { Alert, Machine } from '../../../shared/defender/DefenderAnswer';
import { buildRecord } from '../../../shared/records/buildRecord';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { fitRecord } from '../../../shared/records/fitRecord';
import { PROJECTIONS } from '../../../shared/projections/projections';
import { readWholeRecord } from '../../../shared/records/readWholeRecord';
import { toOutputMessage } from '../../../shared/records/toOutputMessage';
import { messageSize } from '../../../shared/messaging/messageSize';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { aLookup, aMachine, anAnswer, NOW, progressOf } from '../lookups/aLookup';

const LIMIT = 192 * 1024;
const KEEP_MS = 30 * 86_400_000;

function aRecord(machineCount: number, alertCount: number, filler = 'x'): EnrichmentRecord {
  const machines: Machine[] = Array.from({ length: machineCount }, (_, i) =>
    aMachine(i.toString(16).padStart(40, '0'), { note: filler.repeat(1000) }),
  );
  const alerts: Alert[] = Array.from({ length: alertCount }, (_, i) => ({
    id: `da${String(i)}`,
    title: filler.repeat(1000),
  }));
  const progress = progressOf({
    findByIp: anAnswer({ machines }),
    ipAlerts: anAnswer({ alerts }),
  });
  const settings = { portalOrigin: 'https://security.microsoft.com' };
  const options = { generation: 0, final: true, now: NOW };
  return buildRecord(aLookup('ip', '10.1.2.3'), progress, settings, options);
}

async function fit(
  record: EnrichmentRecord,
  results = new MemoryBlobStore('results'),
): Promise<EnrichmentRecord> {
  const options = { results, publicBaseUrl: 'https://app.example', keepMs: KEEP_MS };
  const fitted = await fitRecord(record, options);
  const { body, ...fields } = toOutputMessage(fitted.record);
  expect(fitted.message.body.equals(body)).toBe(true);
  expect(fitted.message).toMatchObject(fields);
  return fitted.record;
}

describe('fitRecord()', () => {
  it('leaves a record alone that fits', async () => {
    const record = aRecord(3, 3);

    expect(await fit(record)).toBe(record);
  });

  it.each([
    { title: 'machines', machines: 400, alerts: 0, filler: 'x' },
    { title: 'alerts', machines: 0, alerts: 400, filler: 'x' },
    { title: 'both, in characters of four bytes', machines: 200, alerts: 200, filler: '𝕏' },
  ])('keeps as much as fits of $title', async ({ machines, alerts, filler }) => {
    const record = aRecord(machines, alerts, filler);

    const fitted = await fit(record);

    const size = messageSize(toOutputMessage(fitted));
    const next = Buffer.byteLength(JSON.stringify(record.machines[0] ?? record.alerts[0])) + 1;
    expect(size).toBeLessThanOrEqual(LIMIT);
    expect(size + next).toBeGreaterThan(LIMIT - 64);
    expect(fitted.truncated).toMatchObject({
      machines: { total: machines, included: fitted.machines.length },
      alerts: { total: alerts, included: fitted.alerts.length },
    });
  });

  it('keeps the best ones, and what was counted from all', async () => {
    const record = aRecord(300, 300);

    const fitted = await fit(record);

    expect(fitted.machines).toEqual(record.machines.slice(0, fitted.machines.length));
    expect(Math.abs(fitted.machines.length - fitted.alerts.length)).toBeLessThan(40);
    expect(fitted.summary).toEqual(record.summary);
  });

  it.each([
    { format: 'ecs', machines: 400, alerts: 0 },
    { format: 'ocsf', machines: 400, alerts: 0 },
    { format: 'ocsf', machines: 200, alerts: 200 },
    { format: 'ocsf', machines: 1, alerts: 400 },
  ] as const)(
    'keeps as much as fits of what is written as $format: $machines machines, $alerts alerts',
    async ({ format, machines, alerts }) => {
      const project = PROJECTIONS[format];
      const record = aRecord(machines, alerts);
      const results = new MemoryBlobStore('results');
      const options = { results, publicBaseUrl: null, keepMs: KEEP_MS, project };

      const { record: fitted, message } = await fitRecord(record, options);

      expect(JSON.parse(message.body.toString())).toEqual(
        JSON.parse(JSON.stringify(project(fitted))),
      );
      expect(messageSize(message)).toBeLessThanOrEqual(LIMIT);
      expect(messageSize(message)).toBeGreaterThan(LIMIT - 3 * 1024); // two entries, as each is written
      expect(fitted.truncated).toMatchObject({
        machines: { total: machines, included: fitted.machines.length },
        alerts: { total: alerts, included: fitted.alerts.length },
      });
      expect(await readWholeRecord(results, record.lookupId)).toEqual(record);
    },
  );

  it('writes every format under the same properties', async () => {
    const record = aRecord(2, 1);
    const messages = Object.values(PROJECTIONS).map((project) => toOutputMessage(record, project));

    const [native, ...others] = messages.map(({ body: _, ...fields }) => fields);
    expect(others).toEqual([native, native]);
    expect(new Set(messages.map(({ body }) => body.toString())).size).toBe(3);
  });

  it('puts the whole record where the message says', async () => {
    const results = new MemoryBlobStore('results');
    const record = aRecord(400, 0);

    const { truncated } = await fit(record, results);

    const whole = await results.read(truncated?.blob ?? '');
    expect(whole && JSON.parse(whole.toString())).toEqual(record);
    expect(truncated).toMatchObject({
      url: `https://app.example/api/results/${record.lookupId}`,
      container: 'results',
      sha256: whole && createHash('sha256').update(whole).digest('hex'),
      expiresAt: new Date(NOW + KEEP_MS).toISOString(),
    });
  });

  it('publishes the first whole record again when it is repeated', async () => {
    const results = new MemoryBlobStore('results');
    const first = await fit(aRecord(400, 0), results);

    const second = await fit({ ...aRecord(500, 0), enrichedAt: 'later' }, results);

    expect(second).toEqual(first);
  });

  it('publishes what is found then when the same event is sent again later', async () => {
    const results = new MemoryBlobStore('results');
    const record = aRecord(400, 0);
    await fit(record, results);
    const receivedAt = new Date(NOW + 3 * 86_400_000).toISOString();
    const later = { ...aRecord(500, 0), request: { ...record.request, receivedAt } };

    const { truncated } = await fit(later, results);

    expect(truncated?.machines.total).toBe(500);
    expect(await readWholeRecord(results, record.lookupId)).toEqual(later);
  });

  it('publishes what was asked after all, not the record of a delivery that found no room', async () => {
    const results = new MemoryBlobStore();
    const asked = aRecord(400, 0);

    await fit({ ...aRecord(300, 0), id: 'e_unasked', unasked: true }, results);
    const { id, truncated } = await fit(asked, results);

    expect([id, truncated?.machines.total]).toEqual([asked.id, 400]);
    expect(await readWholeRecord(results, asked.lookupId)).toEqual(asked);
  });

  const CONTROL = '\u0001'.repeat(1024);
  const context = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`${CONTROL}${index}`, CONTROL]),
  );
  const evidence = Array.from({ length: 200 }, () => ({
    endpoint: CONTROL,
    status: 200,
    calledAt: CONTROL,
    correlationId: CONTROL,
    fromCache: false,
    ageMs: 0,
    waitedMs: 0,
  }));
  const huge = '\u0001'.repeat(100_000);
  it.each<{ readonly what: string; readonly rest: (record: EnrichmentRecord) => object }>([
    {
      what: 'a context of control characters',
      rest: ({ request }) => ({ request: { ...request, context } }),
    },
    { what: 'evidence without end', rest: () => ({ evidence }) },
    {
      what: "texts of Defender's without end, in the summary",
      rest: ({ summary }) => ({
        summary: { ...summary, highestRiskScore: huge, highestAlertSeverity: huge },
      }),
    },
    {
      what: 'everything without end',
      rest: ({ request, indicator, summary }) => ({
        request: { ...request, context, source: huge, eventId: huge, correlationId: huge },
        indicator: { ...indicator, original: huge, ref: huge, path: huge },
        summary: { ...summary, highestExposureLevel: huge },
        evidence,
        reason: { code: 'defender.notFound', message: huge },
      }),
    },
  ])('fits also with $what: the whole is where the message says', async ({ rest }) => {
    const results = new MemoryBlobStore('results');
    const small = aRecord(1, 1);
    const record: EnrichmentRecord = { ...small, ...rest(small) };

    const fitted = await fit(record, results);

    expect(messageSize(toOutputMessage(fitted))).toBeLessThanOrEqual(LIMIT);
    const { id, lookupId, outcome } = record;
    expect(fitted).toMatchObject({ id, lookupId, outcome });
    expect(fitted.summary.machineId).toBe(record.summary.machineId);
    expect(await readWholeRecord(results, lookupId)).toEqual(record);
  });

  it('keeps the context where it fits, and says where it is gone', async () => {
    const small = aRecord(300, 0);
    const fits = await fit({
      ...small,
      request: { ...small.request, context: { ticket: 'INC-9' } },
    });
    const gone = await fit({ ...small, request: { ...small.request, context } });

    expect(fits.request).toMatchObject({ context: { ticket: 'INC-9' }, contextCut: false });
    expect(gone.request).toMatchObject({ context: {}, contextCut: true });
    expect(gone.machines.length).toBeGreaterThan(0);
  });
});
