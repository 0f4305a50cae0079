import { createTraceRoute } from '../../../functions/trace/handler';
import type { RequestQuery } from '../../../shared/requestRecords/RequestSearch';
import type { Trace } from '../../../shared/requestRecords/Trace';
import { callRoute } from '../http/callRoute';

const trace: Trace = { requests: [], keptUntil: '2026-12-06T00:00:00.000Z' };

async function ask(query: string, answer: Trace | null = trace) {
  const asked: RequestQuery[] = [];
  const requestTrace = {
    of: async (each: RequestQuery) => {
      asked.push(each);
      return answer;
    },
  };
  const { status, body } = await callRoute(createTraceRoute({ requestTrace }), `trace?${query}`, {
    method: 'GET',
  });
  return { status, body, asked };
}

describe('GET /api/trace', () => {
  it.each<{ query: string; expected: RequestQuery }>([
    { query: 'event=incident%204711', expected: { event: 'incident 4711' } },
    { query: `request=r_${'a'.repeat(40)}`, expected: { request: `r_${'a'.repeat(40)}` } },
    { query: `lookup=l_${'a'.repeat(40)}`, expected: { lookup: `l_${'a'.repeat(40)}` } },
  ])('answers $query', async ({ query, expected }) => {
    const { status, body, asked } = await ask(query);

    expect([status, body, asked]).toEqual([200, trace, [expected]]);
  });

  it('answers 404 for what is not known, and says how long things are', async () => {
    const { status, body } = await ask('event=x', null);

    expect(status).toBe(404);
    expect(body).toMatchObject({
      code: 'request.unknown',
      detail: expect.stringContaining('15 days') as string,
    });
  });

  it.each(['', `event=x&lookup=l_${'a'.repeat(40)}`, 'lookup=x', 'event=', 'other=x'])(
    'answers 400 to %j',
    async (query) => {
      const { status, asked } = await ask(query);

      expect([status, asked]).toEqual([400, []]);
    },
  );
});
