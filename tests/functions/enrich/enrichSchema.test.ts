import { enrichSchema } from '../../../functions/enrich/enrichSchema';

describe('enrichSchema', () => {
  it.each<{ title: string; body: unknown }>([
    { title: 'keys as the documentation writes them', body: { type: 'ip', value: '10.1.2.3' } },
    { title: 'the same in capitals', body: { Type: 'ip', Value: '10.1.2.3' } },
    {
      title: 'every field in another spelling',
      body: {
        ID: '1',
        Source: 's',
        max_age_ms: 1,
        'Not-After': null,
        Wait_Ms: 0,
        Indicators: [{ IP: '10.1.2.3', observed_at: null, REF: 1 }, { SourceIP: '10.1.2.4' }],
      },
    },
    { title: 'a list', body: ['10.1.2.3', { 'host.name': 'a' }, null, [17]] },
  ])('takes $title, as the queue does', ({ body }) => {
    expect(enrichSchema.safeParse(body).success).toBe(true);
  });

  it('reads the time to wait under any spelling of its key', () => {
    expect(enrichSchema.parse({ ip: '10.1.2.3', Wait_Ms: 5 })).toMatchObject({ waitMs: 5 });
  });

  it.each<{ title: string; body: unknown }>([
    { title: 'an unknown field', body: { ip: '10.1.2.3', colour: 'red' } },
    { title: 'one of an entry', body: { Indicators: [{ ip: '10.1.2.3', colour: 'red' }] } },
    { title: 'a prototype', body: JSON.parse('{"ip":"10.1.2.3","__proto__":{"waitMs":0}}') },
    { title: 'too long a wait, however it is spelled', body: { ip: '10.1.2.3', WaitMs: 60_001 } },
  ])('refuses $title', ({ body }) => {
    expect(enrichSchema.safeParse(body).success).toBe(false);
  });
});
