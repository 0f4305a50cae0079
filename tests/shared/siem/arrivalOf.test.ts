import { InvocationContext } from '@azure/functions';
import { createIngestRoute } from '../../../functions/ingest/handler';
import { arrivalOf } from '../../../shared/siem/arrivalOf';
import type { OutgoingMessage } from '../../../shared/messaging/QueueSender';
import { readDeliveredMessage } from '../../../functions/queue/readDeliveredMessage';
import { Ingest } from '../../../shared/requests/Ingest';
import { requestIn } from '../../support/requestIn';
import type { Arrival } from '../../../shared/siem/Arrival';
import { requestIdOf } from '../../../shared/siem/toLookups';
import { callRoute } from '../../functions/http/callRoute';

const TENANT = '11111111-2222-3333-4444-555555555555';
const clock = {
  now: () => Date.parse('2026-11-20T08:15:00Z'),
  sleep: () => Promise.resolve(),
};
const BODY = Buffer.from('{"host":"desktop-17.contoso.com"}');

/** How a message came that the platform delivers with this metadata. */
function arrival(triggerMetadata: Record<string, unknown>): Arrival {
  const context = new InvocationContext({ triggerMetadata });
  const { body: _, ...message } = readDeliveredMessage(BODY, context, clock.now());
  return arrivalOf({ queue: 'siem-indicators', ...message });
}

function requestOf(came: Arrival, body = BODY): string {
  return requestIdOf(requestIn(body, TENANT), came);
}

describe('arrivalOf()', () => {
  const delivered = { enqueuedTimeUtc: '2026-11-20T08:15:00', sequenceNumber: 1 };

  it('tells two messages apart whose ids the platform has rounded to one number', () => {
    const messageId = Number('637472900382838875');
    expect(messageId).toBe(Number('637472900382838876'));

    const one = arrival({ ...delivered, messageId });
    const other = arrival({ ...delivered, messageId, sequenceNumber: 2 });

    expect(requestOf(one)).not.toBe(requestOf(other));
    expect(one).toMatchObject({ messageId: null, correlationId: null });
  });

  it('names a message without a usable id the same at every delivery', () => {
    const one = arrival({ ...delivered, messageId: 1000, deliveryCount: 1 });
    const again = arrival({ ...delivered, messageId: 1000, deliveryCount: 2 });

    expect(requestOf(again)).toBe(requestOf(one));
  });

  it('answers under the message id where the correlation id was rounded', () => {
    const correlationId = Number('637472900382838877');

    const came = arrival({ ...delivered, messageId: 'corr-1', correlationId });

    expect(came).toMatchObject({ messageId: 'corr-1', correlationId: 'corr-1' });
  });

  it.each([
    { title: 'an application', appId: { appId: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee' } },
    { title: 'whoever has the key', appId: {} },
  ])('gives what $title sends over HTTP the request id that was promised', async ({ appId }) => {
    const sent: OutgoingMessage[] = [];
    const send = (messages: readonly OutgoingMessage[]) => {
      sent.push(...messages);
      return Promise.resolve();
    };
    const settings = { tenantId: TENANT, internalIpRanges: [], maxAgeMs: 86_400_000 };
    const ingest = new Ingest({ sender: { send }, clock, settings });
    const body = '{"id":"incident-1","source":"siem","ip":"10.1.2.3"}';

    const answer = await callRoute(createIngestRoute({ ingest }), 'ingest', {
      method: 'POST',
      body,
      ...appId,
    });

    const [{ messageId, applicationProperties } = { messageId: '' }] = sent;
    const metadata = { ...delivered, messageId, applicationProperties };
    const promised = requestOf(arrival(metadata), Buffer.from(body));
    expect(answer.body).toMatchObject({ requestId: promised, leftOut: [] });
    expect(applicationProperties).toEqual({ ingestCaller: appId.appId ?? 'key' });
    const onTheQueue = { ...metadata, applicationProperties: {} };
    expect(requestOf(arrival(onTheQueue), Buffer.from(body))).not.toBe(promised);
  });
});
