import { createResultsRoute } from '../../../functions/wholeRecord/handler';
import { fitRecord } from '../../../shared/records/fitRecord';
import { buildInvalidRecord } from '../../../shared/records/buildRecord';
import { aLookup, NOW } from '../../shared/lookups/aLookup';
import { MemoryBlobStore } from '../../shared/storage/MemoryBlobStore';
import { callRoute } from '../http/callRoute';

const LOOKUP = `l_${'0'.repeat(40)}`;
const reason = { code: 'ip.notRoutable', message: '' };
const small = buildInvalidRecord(aLookup('ip', '10.1.2.3'), reason, { now: NOW });

/** What the route answers for a record with that many alerts of a kilobyte, which its message had to cut. */
async function answerFor(alertCount: number, query = '') {
  const alert = { id: 'a', title: 'x'.repeat(1024) };
  const alerts = Array.from({ length: alertCount }, () => ({
    alert,
    onMatchedMachine: false,
    portalUrl: '',
  }));
  const record = { ...small, lookupId: LOOKUP, alerts };
  const fit = { results: new MemoryBlobStore('results'), publicBaseUrl: null, keepMs: 1 };
  await fitRecord(record, fit);
  const config = { output: { format: 'native', resultKeepDays: 30 } } as const;
  const asked = { method: 'GET', params: { id: LOOKUP } };
  const { body } = await callRoute(
    createResultsRoute({ fit, config }),
    `results/${LOOKUP}${query}`,
    asked,
  );
  return { record, body };
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
});
