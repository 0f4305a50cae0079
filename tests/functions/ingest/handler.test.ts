import { createIngestRoute } from '../../../functions/ingest/handler';
import type { AppContext } from '../../../shared/app/createAppContext';
import type { IngestOptions } from '../../../shared/requests/Ingest';
import { callRoute } from '../http/callRoute';

/** The content type under which a body is put on the queue. */
async function contentTypeOf(body: string): Promise<string | undefined> {
  return (await send(body)).taken?.contentType;
}

/** The answer, and what was put on the queue. */
async function send(body: string, headers: Readonly<Record<string, string>> = {}, query = '') {
  let taken: IngestOptions | undefined;
  const context = {
    ingest: {
      explain: (bytes: Buffer) => ({ readable: true, format: bytes.toString() }),
      take: (_: Buffer, options: IngestOptions) => {
        taken = options;
        return Promise.resolve({ ok: true, value: { requestId: 'r_1', leftOut: [] } });
      },
    },
  } as unknown as AppContext; // what the route uses of it
  const request = { method: 'POST', body, headers };
  const response = await callRoute(createIngestRoute(context), `ingest${query}`, request);
  return { response, taken };
}

describe('POST /api/ingest', () => {
  it('only explains with dryRun, and puts nothing on the queue', async () => {
    const { response, taken } = await send('10.1.2.3', {}, '?dryRun=true');

    expect(response.status).toBe(200);
    expect(response.body).toEqual({ readable: true, format: '10.1.2.3' });
    expect(taken).toBeUndefined();
  });

  it.each([
    { title: 'an object', body: '{"ip":"10.1.2.3"}', is: 'application/json' },
    { title: 'a list', body: '\n\t["10.1.2.3"]', is: 'application/json' },
    { title: 'a quoted text', body: '"10.1.2.3"', is: 'application/json' },
    {
      title: 'JSON behind a byte order mark',
      body: '\uFEFF{"ip":"10.1.2.3"}',
      is: 'application/json',
    },
    {
      title: 'JSON behind much space',
      body: `${' '.repeat(100)}{"ip":"10.1.2.3"}`,
      is: 'application/json',
    },
    { title: 'lines', body: '10.1.2.3\ndesktop-17', is: 'text/plain' },
  ])('calls $title $is', async ({ body, is }) => {
    expect(await contentTypeOf(body)).toBe(is);
  });

  it.each(['application/json; charset=iso-8859-1', 'text/plain;charset="utf-16"'])(
    'takes no body of another charset: %s',
    async (type) => {
      const { response, taken } = await send('{"host":"B\u00fcro"}', { 'content-type': type });

      expect([response.status, taken]).toEqual([415, undefined]);
    },
  );
});
