import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import { GatheringSender } from '../../../shared/messaging/GatheringSender';
import { MessageRefusedError } from '../../../shared/messaging/MessageRefusedError';
import type { OutgoingMessage, QueueSender } from '../../../shared/messaging/QueueSender';
import { anOutgoingMessage } from './anOutgoingMessage';

const idsOf = (messages: readonly OutgoingMessage[]) => messages.map((each) => each.messageId);
const to = (gathering: QueueSender) => (messageId: string) =>
  gathering.send([anOutgoingMessage({ messageId })]);

/** `refuses`: what it throws for these messages together. */
function listening(refuses: (ids: readonly string[]) => Error | null = () => null) {
  const sent: (readonly string[])[] = [];
  const sender = new GatheringSender({
    send: async (messages) => {
      sent.push(idsOf(messages));
      await Promise.resolve();
      const error = refuses(idsOf(messages));
      if (error) throw error;
    },
  });
  return { sent, send: to(sender) };
}

describe('GatheringSender.send()', () => {
  it('sends at once while nothing is on its way', async () => {
    const { sent, send } = listening();

    await send('a');
    await send('b');

    expect(sent).toEqual([['a'], ['b']]);
  });

  it('sends together, in order, what came while a send was on its way', async () => {
    const { sent, send } = listening();

    await Promise.all(['a', 'b', 'c', 'd'].map(send));

    expect(sent).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('resolves only once the messages of the caller are sent', async () => {
    const { sent, send } = listening();
    const sentBy: number[] = [];

    await Promise.all(['a', 'b'].map((id) => send(id).then(() => sentBy.push(sent.length))));

    expect(sentBy).toEqual([1, 2]);
  });

  it.each([
    { title: 'one of them is refused', error: new MessageRefusedError('q', 'MessageSizeExceeded') },
    { title: 'the broker is away', error: new BrokerUnreachableError('q', 'ServiceTimeout') },
  ])('sends each alone if $title, so that only its own caller fails', async ({ error }) => {
    const { sent, send } = listening((ids) => (ids.includes('bad') ? error : null));

    const ends = await Promise.allSettled(['a', 'b', 'bad', 'c'].map(send));

    expect(sent).toEqual([['a'], ['b', 'bad', 'c'], ['b'], ['bad'], ['c']]);
    expect(ends.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(ends[2]).toMatchObject({ reason: error });
  });

  it('gets by with a queue that refuses every batch', async () => {
    const invalid = new BrokerUnreachableError('q', 'InvalidOperation');
    const { send } = listening((ids) => (ids.length > 1 ? invalid : null));

    await expect(Promise.all(['a', 'b', 'c'].map(send))).resolves.toHaveLength(3);
  });

  it('goes on after a failure', async () => {
    const { sent, send } = listening((ids) =>
      ids.includes('bad') ? new BrokerUnreachableError('q', 'ServiceTimeout') : null,
    );

    await expect(send('bad')).rejects.toThrow(BrokerUnreachableError);
    await send('a');

    expect(sent).toEqual([['bad'], ['a']]);
  });
});
