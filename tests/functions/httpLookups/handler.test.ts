import { createLookupRoutes } from '../../../functions/httpLookups/handler';
import type { AppContext } from '../../../shared/app/createAppContext';
import { OUTPUT_FORMATS, type OutputFormat } from '../../../shared/projections/OutputFormat';
import { PROJECTIONS } from '../../../shared/projections/projections';
import { buildInvalidRecord } from '../../../shared/records/buildRecord';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { aLookup, NOW } from '../../shared/lookups/aLookup';
import { ofMachine, wholeMachine } from '../../shared/projections/aRecord';
import { MemoryBlobStore } from '../../shared/storage/MemoryBlobStore';
import { callRoute } from '../http/callRoute';

const found = ofMachine(wholeMachine());

/** What the route for machines answers with a record, under a setting of the app. */
async function ask(query: string, setting: OutputFormat, record: EnrichmentRecord = found) {
  const context = {
    httpLookups: { answerOne: () => Promise.resolve({ outcome: 'answered', record }) },
    clock: { now: () => NOW },
    config: { output: { format: setting, resultKeepDays: 30 } },
    fit: { results: new MemoryBlobStore('results'), publicBaseUrl: null, keepMs: 1 },
  } as unknown as AppContext; // what the routes use of it
  const route = createLookupRoutes(context).find(({ name }) => name === 'machine');
  if (!route) throw new Error('No route for machines');
  const params = { idOrName: found.indicator.value };
  return callRoute(route, `machines/${params.idOrName}${query}`, { method: 'GET', params });
}

describe('A lookup over HTTP', () => {
  it.each(OUTPUT_FORMATS)('is answered as OUTPUT_FORMAT=%s says', async (format) => {
    const { status, body } = await ask('', format);

    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(PROJECTIONS[format](found))));
  });

  it.each(OUTPUT_FORMATS)(
    'is answered as ?format=%s says, whatever the setting',
    async (format) => {
      const answers = await Promise.all(
        OUTPUT_FORMATS.map((setting) => ask(`?format=${format}`, setting)),
      );

      for (const { body } of answers) {
        expect(body).toEqual(JSON.parse(JSON.stringify(PROJECTIONS[format](found))));
      }
    },
  );

  it.each(['', 'ECS', 'stix'])(
    'refuses the format "%s", and names those there are',
    async (format) => {
      const { status, body } = await ask(`?format=${format}`, 'native');

      expect(status).toBe(400);
      expect(body).toMatchObject({
        parameter: 'format',
        detail: expect.stringContaining('native, ecs, ocsf') as unknown,
      });
    },
  );

  it.each(OUTPUT_FORMATS)('holds 10 MB at most of what is written as %s', async (format) => {
    const alert = { id: 'a', title: 'x'.repeat(1024) };
    const alerts = Array.from({ length: 12_000 }, () => ({
      alert,
      onMatchedMachine: false,
      portalUrl: '',
    }));

    const { body } = await ask('', format, { ...found, alerts });

    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(10 * 1024 * 1024);
    expect(JSON.stringify(body)).toContain('"truncated":{');
  });

  it('is a problem in every format when Defender refuses the app', async () => {
    const reason = { code: 'defender.forbidden', message: 'A role is missing.' };
    const refused = buildInvalidRecord(aLookup('host', 'a'), reason, { now: NOW });

    const { status, body } = await ask('', 'ocsf', { ...refused, outcome: 'denied' });

    expect(status).toBe(424);
    expect(body).toMatchObject({ code: 'defender.forbidden' });
  });
});
