import type { ServiceBusClient } from '@azure/service-bus';
import { ENDPOINT_IDS, type EndpointId } from '../../shared/defender/endpointIds';
import { createQuota } from '../../shared/app/createQuota';
import { nextStep } from '../../shared/lookups/plans';
import { WorkCodec } from '../../shared/lookups/WorkCodec';
import type { RequestLedger } from '../../shared/requestRecords/RequestLedger';
import type { QueueSender } from '../../shared/messaging/QueueSender';
import { ServiceBusQueueSender } from '../../shared/messaging/ServiceBusQueueSender';
import type { Logger } from '../../shared/telemetry/Logger';
import { CannotStart } from '../settings/CannotStart';
import type { LoadedSettings } from '../settings/loadSettings';
import { openServiceBus } from '../settings/openServiceBus';
import { openStores } from '../settings/openStores';
import { DeadLetterShelf } from './DeadLetterShelf';
import { EntryBook } from './EntryBook';
import { QuarantineShelf } from './QuarantineShelf';
import { Replay } from './Replay';
import type { ReplayOptions } from './replayOptions';
import { RightsGate, type RefusedEndpoints } from './RightsGate';
import { Sending, type SendingDeps } from './Sending';
import type { Shelf } from './Shelf';
import { Taker } from './Taker';

export interface OpenReplay {
  readonly shelf: Shelf;
  readonly book: EntryBook;
  readonly replay: Replay;
  /** Puts back what was taken and is not replayed. */
  close(): Promise<void>;
}

export interface ReplayOutput {
  readonly logger: Logger;
  readonly note: (line: string) => void;
  readonly onProgress: (sent: number, chosen: number) => void;
}

/** Longer than any run. */
const HOLD_MS = 12 * 3_600_000;

/** Everything that a replay is made of, with the operator's own identity. @throws {CannotStart} no such queue */
export async function openReplay(
  loaded: LoadedSettings,
  options: ReplayOptions,
  output: ReplayOutput,
): Promise<OpenReplay> {
  const { deadLettersOf, perSecond, waitMs } = options;
  const { logger, note, onProgress } = output;
  const { foundation, stores } = openStores(loaded, logger);
  const { config, clock } = foundation;
  const { keeper } = createQuota(foundation, stores);
  await keeper.setClock();
  const codec = new WorkCodec({ ...stores, tenantId: config.defender.tenantId, clock });
  const bodies = stores.storage.blobs('quarantine');
  if (deadLettersOf !== null) assertOwn(deadLettersOf, config.queues);
  const shelf =
    deadLettersOf === null
      ? new QuarantineShelf({ config, bodies, codec })
      : new DeadLetterShelf(deadLettersOf);
  const client = await openServiceBus(process.env);
  const queue = deadLettersOf ?? config.queues.quarantine;
  const open = () => openReceiver(client, queue, deadLettersOf !== null);
  const taker = new Taker(open());
  const book = new EntryBook(shelf, open());
  const sending = new Sending({
    shelf,
    taker,
    book,
    senderOf: sendersOf(client),
    usedGeneration: usedGenerations(stores.requestLedger),
  });
  const gate = new RightsGate({
    refused: async () => refusedEndpoints((endpoint) => keeper.status(endpoint)),
    firstEndpointOf: (lookup) => nextStep(lookup, [], config.lookups)?.query.endpoint ?? null,
    sending,
    clock,
    waitMs,
    note,
  });
  return {
    shelf,
    book,
    replay: new Replay({ sending, gate, clock, perSecond, onProgress }),
    close: async () => {
      await taker.close();
      await client.close();
    },
  };
}

/** Those whose dead letters no other process takes back. @throws {CannotStart} */
function assertOwn(queue: string, queues: LoadedSettings['config']['queues']): void {
  const { siem, output, request, quarantine, lookup } = queues;
  const own = [output, request, quarantine, siem].filter((name) => name !== null);
  if (own.includes(queue)) return;
  throw new CannotStart(
    queue === lookup
      ? `The app itself takes back the dead letters of ${queue}, within minutes.`
      : `--queue takes ${own.join(', ')}, not "${queue}".`,
  );
}

function openReceiver(client: ServiceBusClient, queue: string, isDeadLetters: boolean) {
  return client.createReceiver(queue, {
    receiveMode: 'peekLock',
    skipParsingBodyAsJson: true,
    maxAutoLockRenewalDurationInMs: HOLD_MS,
    ...(isDeadLetters && { subQueueType: 'deadLetter' }),
  });
}

function sendersOf(client: ServiceBusClient): (queue: string) => QueueSender {
  const senders = new Map<string, QueueSender>();
  return (queue) => {
    const sender =
      senders.get(queue) ?? new ServiceBusQueueSender(queue, () => client.createSender(queue));
    senders.set(queue, sender);
    return sender;
  };
}

/** Each request is read once. */
function usedGenerations(ledger: Pick<RequestLedger, 'read'>): SendingDeps['usedGeneration'] {
  const states = new Map<string, ReturnType<RequestLedger['read']>>();
  return async ({ id, request }) => {
    const { id: requestId, receivedAt } = request;
    const reading = states.get(requestId) ?? ledger.read({ requestId, receivedAt });
    states.set(requestId, reading);
    const state = await reading;
    const known = [...(state?.ended ?? []), ...(state?.waiting ?? [])];
    const generations = known.flatMap((each) => (each.lookupId === id ? [each.generation] : []));
    return generations.length > 0 ? Math.max(...generations) : null;
  };
}

type StatusOf = ReturnType<typeof createQuota>['keeper']['status'];

async function refusedEndpoints(statusOf: StatusOf): Promise<RefusedEndpoints> {
  const found = await Promise.all(
    ENDPOINT_IDS.map(async (endpoint): Promise<[EndpointId, number] | null> => {
      const { breakers, coolDown } = await statusOf(endpoint);
      const breaker = breakers[endpoint];
      if (breaker?.why !== 'forbidden') return null;
      return [endpoint, Math.max(breaker.until, coolDown?.until ?? 0)];
    }),
  );
  return new Map(found.filter((each) => each !== null));
}
