import { instant } from '../../../functions/http/parameters';

const AT = Date.parse('2026-11-20T08:15:00Z');

describe('?at=', () => {
  it.each([
    { given: '2026-11-20T08:15:00Z', why: 'in UTC' },
    { given: '2026-11-20T09:15:00+01:00', why: 'with an offset' },
    { given: '2026-11-20T08:15:00 00:00', why: 'whose plus arrived as a space' },
    {
      given: '2026-11-20T09:15:00.000 01:00',
      why: 'with fractions, whose plus arrived as a space',
    },
    { given: '2026-11-20T07:15:00-01:00', why: 'with a minus' },
  ])('is read $why', ({ given }) => {
    expect(instant.parse(given)).toBe(AT);
  });

  it.each(['2026-11-20 08:15', '2026-11-20T08:15:00', '2026-11-20T08:15:00  00:00', 'yesterday'])(
    'refuses %s and says what it should be',
    (given) => {
      const { error } = instant.safeParse(given);

      expect(error?.issues).toMatchObject([
        { message: expect.stringContaining('2026-11-20T08:15:00Z') as string },
      ]);
    },
  );
});
