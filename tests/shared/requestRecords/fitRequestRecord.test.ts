import { MAX_MESSAGE_BYTES, messageSize } from '../../../shared/messaging/messageSize';
import { readWholeRecord } from '../../../shared/records/readWholeRecord';
import { buildRequestRecord } from '../../../shared/requestRecords/buildRequestRecord';
import { fitRequestRecord } from '../../../shared/requestRecords/fitRequestRecord';
import { aMachine } from '../lookups/aLookup';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { aRecord, aRequest, type RecordOf } from './aRequest';

const idOf = (index: number) => (index + 1).toString(16).padStart(40, '0');
const machinesOf = (count: number, notes: number) =>
  Array.from({ length: count }, (_, index) =>
    aMachine(idOf(index), {
      computerDnsName: `m${index}`,
      machineTags: ['t'],
      notes: 'n'.repeat(notes),
    }),
  );
const alertsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `da${index}`,
    machineId: null,
    severity: 'Low',
    status: 'New',
    lastEventTime: '2026-11-20T08:00:00Z',
    description: 'd'.repeat(1_000),
  }));
const times = (count: number, record: RecordOf = {}) =>
  Array.from({ length: count }, (_, index) => aRecord({ ...record, position: index + 2 }));

async function fit(...records: ReturnType<typeof aRecord>[]) {
  const results = new MemoryBlobStore();
  const whole = buildRequestRecord(aRequest(records));
  const options = { results, publicBaseUrl: 'https://enricher.contoso.com', keepMs: 60_000 };
  const { record, message } = await fitRequestRecord(whole, options);
  expect(messageSize(message)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
  return { record, whole, message, results };
}

describe('fitRequestRecord()', () => {
  it('leaves a record that fits as it is', async () => {
    const { record, whole, results } = await fit(aRecord({ machines: machinesOf(3, 100) }));

    expect(record).toBe(whole);
    expect(await results.list('')).toEqual([]);
  });

  it('gives up alerts first, as many as it must', async () => {
    const { record } = await fit(aRecord({ machines: machinesOf(3, 100), alerts: alertsOf(300) }));

    expect(record.truncated?.alerts.total).toBe(300);
    expect(record.alerts.length).toBeGreaterThan(80);
    expect(record.alerts.length).toBeLessThan(200);
    expect(record.machines[0]?.machine).toHaveProperty('notes');
  });

  it('then most fields of machines', async () => {
    const { record } = await fit(aRecord({ machines: machinesOf(100, 3_000) }));

    expect(record.machines).toHaveLength(100);
    expect(record.machines[0]?.machine).toEqual({
      id: idOf(0),
      computerDnsName: 'm0',
      healthStatus: 'Active',
      machineTags: ['t'],
    });
  });

  it('then lookups that saw nothing', async () => {
    const found = aRecord({ machines: machinesOf(1, 10) });

    const { record } = await fit(found, ...times(400));

    const outcomes = record.lookups.map(({ outcome }) => outcome);
    expect(outcomes[0]).toBe('found');
    expect(record.truncated?.lookups).toEqual({ total: 401, included: outcomes.length });
    expect(outcomes.length).toBeGreaterThan(100);
    expect(record.comment.markdown.length).toBeGreaterThan(4_000);
  });

  it('then most of the comment and other lookups, but never summary and context', async () => {
    const machines = machinesOf(1, 10);

    const { record, whole } = await fit(aRecord({ machines }), ...times(480, { machines }));

    expect(record.comment.markdown.length).toBeLessThanOrEqual(4_000);
    expect(record.truncated?.comment.total).toBe(whole.comment.markdown.length);
    expect(record.lookups.length).toBeLessThan(481);
    expect([record.summary, record.request]).toEqual([whole.summary, whole.request]);
  });

  it('keeps the whole record under the id of its request', async () => {
    const { record, whole, results } = await fit(aRecord({ alerts: alertsOf(300) }));

    const { id } = whole.request;
    expect(record.truncated?.url).toBe(`https://enricher.contoso.com/api/results/${id}`);
    expect(await readWholeRecord(results, id)).toEqual(JSON.parse(JSON.stringify(whole)));
  });

  it('says about itself what rules and filters need', async () => {
    const { message } = await fit(aRecord({ machines: machinesOf(1, 1) }));

    expect(message).toMatchObject({
      subject: 'request.completed',
      applicationProperties: {
        recordType: 'request',
        status: 'completed',
        final: true,
        generation: 0,
        machineCount: 1,
        actOnCount: 1,
        cloudEvents_type: 'mde.enrichment.request.v1',
      },
    });
  });
});
