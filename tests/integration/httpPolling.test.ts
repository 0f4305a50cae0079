import { WELL_KNOWN } from '../../local/defender/wellKnown';
import type { EnrichmentRecord } from '../../shared/records/EnrichmentRecord';
import { ask, post, undescribed, type Answer } from '../support/askApi';
import { LocalStack } from '../support/LocalStack';

const { machines } = WELL_KNOWN;

describe('An HTTP request without a slot in time', () => {
  let stack: LocalStack;
  let base: string;
  beforeAll(async () => {
    const settings = {
      HTTP_AUTH: 'none',
      INTERACTIVE_MAX_PER_MINUTE: '1',
      INTERACTIVE_RESERVE_PER_MINUTE: '1',
      INTERACTIVE_MAX_WAIT_MS: '500',
      // Two machines in one list would be answered at once.
      BATCH_MAX_QUESTIONS: '1',
    };
    stack = await LocalStack.start({ settings });
    base = `http://127.0.0.1:${await (await stack.addHost()).ready()}/api`;
    await ask(base, `/machines/${machines.sparse.id}`);
  }, 60_000);
  afterAll(() => stack.close());

  /** The answer to a first poll, and to one when the queues are empty. */
  async function poll({ headers }: Answer): Promise<{ early: Answer; last: Answer }> {
    const location = headers.get('location') ?? '';
    const early = await ask(location, '');
    await stack.until(() => stack.isIdle());
    return { early, last: await ask(location, '') };
  }

  it('is told when the next slot is', async () => {
    const answer = await ask(base, `/machines/${machines.server.id}`);

    const { status, headers, body } = answer;
    expect({ status, code: body.code }).toEqual({ status: 429, code: 'quota.noSlot' });
    expect(undescribed('machine', answer)).toEqual([]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(10);
  });

  it('goes on in the queue if it says so, and is polled', async () => {
    const accepted = await ask(base, `/machines/${machines.server.id}?async=true`);
    const { early, last } = await poll(accepted);

    expect(accepted.status).toBe(202);
    expect(accepted.headers.get('location')).toMatch(new RegExp(`^${base}/requests/p_[\\w-]{43}$`));
    expect(accepted.body).toMatchObject({
      status: 'running',
      total: 1,
      done: 0,
      pending: [{ position: 1, indicator: { value: machines.server.id } }],
    });
    expect(undescribed('machine', accepted)).toEqual([]);
    expect(undescribed('requestPoll', early)).toEqual([]);
    expect(undescribed('requestPoll', last)).toEqual([]);
    expect(early.status).toBe(202);
    expect(early.headers.get('location')).toBe(accepted.headers.get('location'));
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0);
    const statusUrl = accepted.headers.get('location');
    expect(last).toMatchObject({ status: 200, body: { status: 'completed', done: 1, statusUrl } });
    expect(last.body['results']).toMatchObject([{ outcome: 'found' }]);
  });

  it('gets cached answers at once and the rest by polling, in the order of the input', async () => {
    const indicators = [
      { machineId: machines.longName.id },
      { machineId: machines.server.id },
      { ip: '127.0.0.1' },
      { machineId: machines.bareName.id },
      { host: 'not\\a\\name', ref: 'odd' },
      '???',
      null,
    ];

    const accepted = await ask(base, '/enrich', post({ indicators, waitMs: 1000 }));
    const { last } = await poll(accepted);

    expect(accepted).toMatchObject({ status: 202, body: { total: 6, done: 4 } });
    const leftOut = [{ value: 'null', path: 'indicators[6]', reason: { code: 'entry.empty' } }];
    expect(accepted.body).toMatchObject({ leftOut, ignored: [] });
    expect(last.body).toMatchObject({ leftOut, ignored: [] });
    expect(undescribed('enrich', accepted)).toEqual([]);
    expect(undescribed('requestPoll', last)).toEqual([]);
    const values = (last.body['results'] as EnrichmentRecord[]).map(({ outcome, indicator }) => [
      indicator.value,
      outcome,
    ]);
    expect(values).toEqual([
      [machines.longName.id, 'found'],
      [machines.server.id, 'found'],
      ['127.0.0.1', 'invalid'],
      [machines.bareName.id, 'found'],
      ['not\\a\\name', 'invalid'],
      ['???', 'invalid'],
    ]);
  });

  it('works without waiting at all: waitMs 0 leaves everything but the cache to the queue', async () => {
    const indicators = [{ machineId: machines.longName.id }, { machineId: machines.discovered.id }];

    const accepted = await ask(base, '/enrich', post({ indicators, waitMs: 0 }));
    const { last } = await poll(accepted);

    expect(accepted).toMatchObject({ status: 202, body: { total: 2, done: 1 } });
    expect(last).toMatchObject({ status: 200, body: { done: 2 } });
  });

  it('is followed in the log by its correlation id, to the record that the queue brings', async () => {
    const indicators = [{ ip: '127.0.0.1' }, { machineId: machines.seenThreeDaysAgo.id }];
    const headers = { 'x-correlation-id': 'run-42' };

    const accepted = await ask(base, '/enrich', { ...post({ indicators, waitMs: 0 }), headers });
    const { last } = await poll(accepted);

    const lines = () => stack.logged.filter(({ fields }) => fields['correlationId'] === 'run-42');
    await stack.until(() => lines().at(-1)?.by === 'lookupWork');
    const [refused, answered] = last.body['results'] as EnrichmentRecord[];
    const requestId = last.body['requestId'];
    expect(lines()).toMatchObject([
      { by: 'enrich', event: 'lookup.ended', fields: { requestId, lookupId: refused?.lookupId } },
      {
        by: 'enrich',
        event: 'lookup.waiting',
        fields: { requestId, lookupId: answered?.lookupId },
      },
      {
        by: 'lookupWork',
        event: 'lookup.ended',
        fields: { requestId, lookupId: answered?.lookupId },
      },
    ]);
  });

  it('has its records in its own state only', () => {
    expect(stack.published).toEqual([]);
    expect(stack.quarantined).toEqual([]);
  });
});
