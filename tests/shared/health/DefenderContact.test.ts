import type { DefenderAnswer } from '../../../shared/defender/DefenderAnswer';
import {
  DefenderForbiddenError,
  DefenderUnavailableError,
} from '../../../shared/defender/defenderErrors';
import { DefenderContact } from '../../../shared/health/DefenderContact';
import { TokenUnavailableError } from '../../../shared/identity/TokenUnavailableError';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

const about = { endpoint: 'machines', correlationId: null } as const;
const answered = { endpoint: 'machines', at: 0, isAnswered: true };
const unanswered = { ...answered, isAnswered: false };

describe('DefenderContact', () => {
  it.each([
    { title: 'an answer', error: null, latest: answered },
    {
      title: 'a refusal',
      error: new DefenderForbiddenError('', [], true, { ...about, status: 403 }),
      latest: answered,
    },
    {
      title: 'an answer that Defender is out of order',
      error: new DefenderUnavailableError('', { ...about, status: 503 }),
      latest: answered,
    },
    {
      title: 'no answer',
      error: new DefenderUnavailableError('', { ...about, status: null }),
      latest: unanswered,
    },
    { title: 'no token, so no call', error: new TokenUnavailableError(''), latest: null },
    { title: 'a call that was given up', error: new DOMException('', 'AbortError'), latest: null },
  ])('notes $title', async ({ error, latest }) => {
    const answer = {} as DefenderAnswer; // handed on unseen
    const call = () => (error ? Promise.reject(error) : Promise.resolve(answer));
    const client = { prepare: () => Promise.resolve(), call };
    const contact = new DefenderContact(client, new VirtualClock(0));
    expect(contact.latest).toBeNull();

    await contact.call({ endpoint: 'machines', filter: null, top: 1, skip: 0 }).catch(() => null);

    expect(contact.latest).toEqual(latest);
  });
});
