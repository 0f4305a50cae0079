import { judgeRequests } from '../support/judgeRequests';
import { requestsUnderFire, type UnderFire } from '../support/RequestsUnderFire';

/** `npm run bench -- requests` does the same with 1,000 requests. */
describe('requests to three processes that are killed at random, with a right that is granted late', () => {
  let result: UnderFire;
  beforeAll(async () => {
    result = await requestsUnderFire({
      requests: 15,
      mostIndicators: 6,
      processes: 3,
      machines: 250,
      settings: {
        DEFENDER_QUOTA_PER_MINUTE: '10000',
        DENIED_AFTER_MS: '2000',
        RECHECK_AFTER_MS: '3000',
        REQUEST_PARTIAL_AFTER_MS: '4000',
      },
      killEveryMs: 2_500,
      seed: 1,
    });
  });

  it('are killed, denied and replayed on the way', () => {
    expect(result.kills).toBeGreaterThan(1);
    expect(result.replayed).toBeGreaterThan(0);
    expect(result.deadLettered).toBe(0);
  });

  it('each end in one record for each generation, the last of which is final and agrees with those of its lookups', () => {
    expect(judgeRequests(result)).toEqual([]);
    expect(result.requestRecords.length).toBeGreaterThan(result.requests.length);
  });

  it('end answered: nothing is denied any more', () => {
    const generations = new Map<string, (typeof result.records)[number]>();
    for (const each of result.records) {
      const known = generations.get(each.lookupId);
      if (!known || known.generation < each.generation) generations.set(each.lookupId, each);
    }
    const outcomes = [...generations.values()].map(({ outcome }) => outcome);

    expect(outcomes.filter((outcome) => outcome === 'denied')).toEqual([]);
  });

  it.each<{ title: string; spoil: (good: UnderFire) => Partial<UnderFire> }>([
    {
      title: 'a request without a record',
      spoil: ({ requests }) => ({ requests: [...requests, { id: 'r_missing', of: 1 }] }),
    },
    {
      title: 'a generation twice',
      spoil: ({ requestRecords }) => ({
        requestRecords: [...requestRecords, ...requestRecords.slice(0, 1)],
      }),
    },
    {
      title: 'a generation that is missing',
      spoil: ({ requestRecords }) => ({
        requestRecords: requestRecords.filter((each) => each.generation > 0),
      }),
    },
    {
      title: 'a record of a lookup that is missing',
      spoil: ({ records }) => ({ records: records.slice(1) }),
    },
    {
      title: 'a record that is not final',
      spoil: ({ requestRecords }) => ({
        requestRecords: requestRecords.map((each) => ({ ...each, final: false })),
      }),
    },
    {
      title: 'a machine that no lookup led to',
      spoil: ({ requestRecords }) => ({
        requestRecords: requestRecords.map((each) => ({ ...each, machines: [] })),
      }),
    },
    {
      title: 'another machine to act on',
      spoil: ({ requestRecords }) => ({
        requestRecords: requestRecords.map((each) => ({
          ...each,
          summary: { ...each.summary, actOn: ['other'] },
        })),
      }),
    },
  ])('would be found wrong by $title', ({ spoil }) => {
    expect(judgeRequests({ ...result, ...spoil(result) })).not.toEqual([]);
  });
});
