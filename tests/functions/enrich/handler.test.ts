import { createEnrichRoute } from '../../../functions/enrich/handler';
import type { AppContext } from '../../../shared/app/createAppContext';
import type { SiemRequest } from '../../../shared/siem/SiemRequest';
import { callRoute } from '../http/callRoute';

const answered = { requestId: 'r_1', total: 0, results: [], pending: [], ignored: [], leftOut: [] };

/** Asks for `body`; every request is answered at once. */
async function enrich(body: unknown) {
  const asked: SiemRequest[] = [];
  const context = {
    httpLookups: {
      answerAll: (request: SiemRequest) => {
        asked.push(request);
        return Promise.resolve({ ...answered, isStored: false });
      },
    },
    clock: { now: () => 0 },
    config: { defender: { tenantId: '11111111-2222-3333-4444-555555555555' } },
  } as unknown as AppContext; // what the route uses of it
  const init = { method: 'POST', body: JSON.stringify(body) };
  const { status } = await callRoute(createEnrichRoute(context), 'enrich', init);
  return { status, asked: asked.map(({ indicators }) => indicators.length) };
}

const hundred = Array.from({ length: 100 }, (_, index) => `10.1.2.${index}`);

describe('POST /api/enrich', () => {
  it.each<{ title: string; body: unknown }>([
    { title: '100 indicators', body: { indicators: hundred } },
    { title: '100, with one beside the list', body: { indicators: hundred, ip: '10.1.3.1' } },
    { title: '100, among what says nothing', body: { indicators: [...hundred, null, 'n/a', {}] } },
  ])('answers $title', async ({ body }) => {
    expect(await enrich(body)).toEqual({ status: 200, asked: [100] });
  });

  it.each<{ title: string; body: unknown }>([
    { title: '101 indicators', body: { indicators: [...hundred, 'a'] } },
    { title: '101 in fewer entries', body: [...hundred.slice(1), { ip: '10.1.3.1', host: 'a' }] },
    { title: '101 lines', body: [...hundred, 'a'].join('\n') },
  ])('refuses $title', async ({ body }) => {
    expect(await enrich(body)).toEqual({ status: 400, asked: [] });
  });
});
