import { createResultsRoute } from '../../../functions/wholeRecord/handler';
import { fitRecord } from '../../../shared/records/fitRecord';
import { buildInvalidRecord } from '../../../shared/records/buildRecord';
import { buildRequestRecord } from '../../../shared/requestRecords/buildRequestRecord';
import { fitRequestRecord } from '../../../shared/requestRecords/fitRequestRecord';
import { aLookup, NOW } from '../../shared/lookups/aLookup';
import { aRecord, aRequest } from '../../shared/requestRecords/aRequest';
import { MemoryBlobStore } from '../../shared/storage/MemoryBlobStore';
import { callRoute } from '../http/callRoute';

const LOOKUP = `l_${'0'.repeat(40)}`;
const REQUEST = `r_${'0'.repeat(40)}`;
const reason = { code: 'ip.notRoutable', message: '' };
const small = buildInvalidRecord(aLookup('ip', '10.1.2.3'), reason, { now: NOW });
const alertOf = (number: number, bytes = 1024) => ({
  id: `a${number}`,
  description: 'x'.repeat(bytes),
});
const fitting = () => ({
  results: new MemoryBlobStore('results'),
  publicBaseUrl: 'https://app.example',
  keepMs: 1,
});

async function ask(fit: ReturnType<typeof fitting>, id: string, query = '') {
  const config = { output: { format: 'native', resultKeepDays: 30 } } as const;
  const asked = { method: 'GET', params: { id } };
  const path = `results/${encodeURIComponent(id)}${query}`;
  const { status, body } = await callRoute(createResultsRoute({ fit, config }), path, asked);
  return { status, body };
}

/** What the route answers for a record with that many alerts of a kilobyte, which its message had to cut. */
async function answerFor(alertCount: number, query = '') {
  const alerts = Array.from({ length: alertCount }, (_, number) => ({
    alert: alertOf(number),
    onMatchedMachine: false,
    portalUrl: '',
  }));
  const record = { ...small, lookupId: LOOKUP, alerts };
  const fit = fitting();
  await fitRecord(record, fit);
  const { body } = await ask(fit, LOOKUP, query);
  return { record, body };
}

/** The record of a whole request, as its message and whole. */
async function keepRequest(
  alertCount: number,
  {
    alertBytes = 1024,
    generation = 0,
    fit = fitting(),
  }: Partial<Record<'alertBytes' | 'generation', number>> & {
    fit?: ReturnType<typeof fitting>;
  } = {},
) {
  const alerts = Array.from({ length: alertCount }, (_, number) => alertOf(number, alertBytes));
  const parts = aRequest([aRecord({ alerts })]);
  const request = { ...parts.head.request, id: REQUEST };
  const whole = buildRequestRecord({ ...parts, generation, head: { ...parts.head, request } });
  const { record } = await fitRequestRecord(whole, fit);
  return { fit, record, whole };
}

describe('GET /api/results/{id}', () => {
  it('answers the whole record', async () => {
    const { record, body } = await answerFor(300);

    expect(body).toEqual(record);
  });

  it('answers it in the format that is asked for', async () => {
    const { record, body } = await answerFor(300, '?format=ecs');

    expect(body).toMatchObject({ event: { kind: 'enrichment' }, mde_enrichment: record });
  });

  it('cuts what is larger than 10 MB, and says where all of it is', async () => {
    const { body } = await answerFor(12_000);

    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(10 * 1024 * 1024);
    expect(body).toMatchObject({
      truncated: { container: 'results', blob: expect.stringContaining(LOOKUP) as string },
    });
  });

  describe('of a whole request', () => {
    it('answers the whole record at the address that the message names', async () => {
      const { fit, record, whole } = await keepRequest(300);

      expect(record.truncated?.url).toBe(`https://app.example/api/results/${REQUEST}`);
      expect(record.alerts.length).toBeLessThan(300);
      expect(await ask(fit, REQUEST)).toEqual({ status: 200, body: whole });
    });

    it.each(['', '?format=ecs', '?format=ocsf'])(
      'answers it as it is, whatever the format of lookups: %j',
      async (query) => {
        const { fit, whole } = await keepRequest(300);

        expect((await ask(fit, REQUEST, query)).body).toEqual(whole);
      },
    );

    it('answers the highest generation', async () => {
      const { fit } = await keepRequest(400, { generation: 10 });
      await keepRequest(300, { generation: 9, fit });

      expect((await ask(fit, REQUEST)).body).toMatchObject({
        generation: 10,
        summary: { alertCount: 400 },
      });
    });

    it('cuts what is larger than 10 MB, and says where all of it is', async () => {
      const { fit, record } = await keepRequest(24, { alertBytes: 512 * 1024 });

      const { body } = await ask(fit, REQUEST);

      expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(10 * 1024 * 1024);
      expect(body).toMatchObject({
        truncated: {
          alerts: { total: 24 },
          blob: record.truncated?.blob,
          sha256: record.truncated?.sha256,
        },
      });
    });

    it('answers 404 once its blob was removed', async () => {
      const { fit, record } = await keepRequest(300);
      await fit.results.delete(record.truncated?.blob ?? '');

      expect(await ask(fit, REQUEST)).toMatchObject({
        status: 404,
        body: { code: 'result.unknown' },
      });
    });
  });

  it.each([
    { title: 'a request that fitted into its message', id: REQUEST },
    { title: 'a lookup that fitted into its message', id: LOOKUP },
    { title: 'an id in capitals', id: REQUEST.toUpperCase() },
    { title: 'an id that is too short', id: 'r_0' },
    { title: 'the id of a record', id: `s_${'0'.repeat(40)}` },
    { title: 'a path', id: '../records/r_0' },
    { title: 'nothing', id: '' },
  ])('answers 404 to $title', async ({ id }) => {
    const { fit } = await keepRequest(1);

    expect(await ask(fit, id)).toMatchObject({ status: 404, body: { code: 'result.unknown' } });
  });
});
