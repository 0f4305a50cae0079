import { reactionTo } from '../../../../../functions/pages/browser/view/reaction';

const ended = (
  status: number | null,
  retryAfterMs: number | null = null,
  detail: string | null = null,
) => ({
  status,
  retryAfterMs,
  detail,
});

describe('reactionTo()', () => {
  it('asks again in 5 s when all is well, and says nothing', () => {
    expect(reactionTo(ended(200))).toEqual({ notice: null, isRefused: false, againInMs: 5_000 });
  });

  it.each([
    { status: 401, detail: null },
    { status: 403, detail: 'The token lacks the app role Enrichment.Read.' },
  ])('takes $status for a refusal, with the reason of the app', ({ status, detail }) => {
    expect(reactionTo(ended(status, null, detail))).toMatchObject({
      notice: detail,
      isRefused: true,
    });
  });

  it.each([
    { title: 'no answer', answer: ended(null), says: 'does not answer', againInMs: 5_000 },
    { title: '429', answer: ended(429), says: '429', againInMs: 30_000 },
    { title: '429 with a time', answer: ended(429, 12_000), says: 'in 12 s', againInMs: 12_000 },
    {
      title: '503',
      answer: ended(503, 15_000, 'Something this app depends on does not answer.'),
      says: 'depends on does not answer',
      againInMs: 15_000,
    },
    { title: '500', answer: ended(500), says: 'answers 500', againInMs: 5_000 },
    {
      title: 'a day of waiting',
      answer: ended(503, 86_400_000),
      says: '5 min',
      againInMs: 300_000,
    },
  ])('says what is wrong and goes on after $title', ({ answer, says, againInMs }) => {
    const reaction = reactionTo(answer);

    expect(reaction).toMatchObject({ isRefused: false, againInMs });
    expect(reaction.notice).toContain(says);
  });
});
