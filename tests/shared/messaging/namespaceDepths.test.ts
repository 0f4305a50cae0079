import { ServiceBusAdministrationClient } from '@azure/service-bus';
import { namespaceDepths } from '../../../shared/messaging/namespaceDepths';

const CONNECTION =
  'Endpoint=sb://contoso.servicebus.windows.net;SharedAccessKeyName=n;SharedAccessKey=k';
const XMLNS = 'xmlns="http://schemas.microsoft.com/netservices/2010/10/servicebus/connect"';
const AT = ['CreatedAt', 'UpdatedAt', 'AccessedAt']
  .map((name) => `<${name}>2026-11-20T08:00:00Z</${name}>`)
  .join('');
const COUNTS = `<CountDetails xmlns:d2p1="http://schemas.microsoft.com/netservices/2011/06/servicebus">
  <d2p1:ActiveMessageCount>3</d2p1:ActiveMessageCount>
  <d2p1:DeadLetterMessageCount>1</d2p1:DeadLetterMessageCount>
  <d2p1:ScheduledMessageCount>2</d2p1:ScheduledMessageCount>
</CountDetails>`;
const NOTHING =
  '<feed xmlns="http://www.w3.org/2005/Atom"><title>Publicly Listed Services</title></feed>';

const entry = (name: string, description: string) =>
  `<entry xmlns="http://www.w3.org/2005/Atom"><id>https://contoso.servicebus.windows.net/${name}</id>` +
  `<title>${name}</title><content type="application/xml">${description}</content></entry>`;

/** A namespace as Service Bus answers for it: of an entity that is not there an empty list, and 200. */
const ENTITIES: Readonly<Record<string, string>> = {
  lookups: `<QueueDescription ${XMLNS}><MessageCount>6</MessageCount>${AT}${COUNTS}</QueueDescription>`,
  topic: `<TopicDescription ${XMLNS}>${AT}${COUNTS}<SubscriptionCount>2</SubscriptionCount></TopicDescription>`,
};

interface Answer {
  readonly status: number;
  readonly body: string;
}

function answer(name: string): Answer {
  const description = ENTITIES[name];
  return { status: 200, body: description === undefined ? NOTHING : entry(name, description) };
}

const refused = (status: number): Answer => ({
  status,
  body: `<Error><Code>${status}</Code><Detail>https://internal</Detail></Error>`,
});

/** Depths over the SDK, whose requests are answered here. */
function depthsOf(answerFor: (name: string) => Answer | Error) {
  const client = new ServiceBusAdministrationClient(CONNECTION);
  client.pipeline.addPolicy({
    name: 'namespace',
    sendRequest: (request) => {
      const answered = answerFor(new URL(request.url).pathname.slice(1));
      if (answered instanceof Error) return Promise.reject(answered);
      const { status, body } = answered;
      return Promise.resolve({ request, headers: request.headers, status, bodyAsText: body });
    },
  });
  return namespaceDepths(() => client);
}

describe('namespaceDepths()', () => {
  it('says what waits in a queue', async () => {
    const depth = await depthsOf(answer).read('lookups');

    expect(depth).toEqual({ active: 3, scheduled: 2, deadLettered: 1 });
  });

  it('does not take a topic for a queue', async () => {
    expect(await depthsOf(answer).read('topic')).toBeNull();
  });

  it('tells the rest when one name is mistyped', async () => {
    const depths = depthsOf(answer);

    const [found, missing] = await Promise.allSettled(
      ['lookups', 'lokups'].map((name) => depths.read(name)),
    );

    expect(found).toMatchObject({ status: 'fulfilled', value: { active: 3 } });
    expect(missing).toMatchObject({ reason: { code: 'broker.queueNotFound' } });
  });

  it.each([
    { what: 'a missing right', says: refused(401), code: 'broker.depthsDenied' },
    { what: 'a refusal', says: refused(403), code: 'broker.depthsDenied' },
    {
      what: 'no queue, said plainly',
      says: refused(404),
      code: 'broker.queueNotFound',
    },
    { what: 'a failure', says: refused(500), code: 'broker.depthsUnreadable' },
    { what: 'no answer', says: new Error('https://internal'), code: 'broker.depthsUnreadable' },
  ])('says $code for $what, and no more', async ({ says, code }) => {
    const reading = depthsOf(() => says).read('lookups');

    const message = `Cannot read how much waits in lookups: ${code}`;
    await expect(reading).rejects.toMatchObject({ code, message });
  });

  it('says that it cannot read when there is nothing to connect to', async () => {
    const depths = namespaceDepths(() => {
      throw new TypeError('no endpoint');
    });

    await expect(depths.read('lookups')).rejects.toMatchObject({ code: 'broker.depthsUnreadable' });
  });
});
