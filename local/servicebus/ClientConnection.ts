import { type Connection, type EventContext, type Receiver, type Sender, types } from 'rhea';
import { type AmqpFault, SEND_TO_DEAD_LETTERS, notImplemented } from './amqpErrors';
import { handleCbsRequest } from './cbsNode';
import { DeliveryLink } from './DeliveryLink';
import { parseEntityAddress } from './entityAddress';
import { openIncomingLink } from './IncomingLink';
import { handleManagementRequest } from './managementNode';
import type { NamespaceQueues } from './NamespaceQueues';
import { ReplyLinks } from './ReplyLinks';
import { openRequestLink } from './requestLink';
import {
  type AmqpValue,
  connectionInternals,
  receiverInternals,
  remoteTermini,
  senderInternals,
} from './rheaInternals';

const SESSION_FILTER = 'com.microsoft:session-filter';

/** One client's connection: gives each link that the client attaches to what its address names. */
export class ClientConnection {
  private readonly connection: Connection;
  private readonly queues: NamespaceQueues;
  private readonly maxMessageBytes: number;
  private readonly deliveryLinks = new Map<Sender, DeliveryLink>();
  private readonly replyLinks = new ReplyLinks();

  constructor(connection: Connection, queues: NamespaceQueues, maxMessageBytes: number) {
    this.connection = connection;
    this.queues = queues;
    this.maxMessageBytes = maxMessageBytes;
    connection.on('sender_open', ({ sender }: EventContext) => {
      if (sender) this.openSender(sender);
    });
    connection.on('receiver_open', ({ receiver }: EventContext) => {
      if (receiver) this.openReceiver(receiver);
    });
    connection.on('sender_close', ({ sender }: EventContext) => {
      this.drop((link) => link === sender);
    });
    connection.on('session_close', ({ session }: EventContext) => {
      this.drop((link) => link.session === session);
    });
    // rhea does not listen to the socket's `close`: remaining consumers would lose messages, and heartbeats would never end.
    const dropAll = () => {
      this.drop(() => true);
    };
    connection.on('connection_close', dropAll);
    const internals = connectionInternals(connection);
    internals.socket.once('close', () => {
      internals.eof();
      dropAll();
    });
  }

  /** The client receives on this link. */
  private openSender(sender: Sender): void {
    const { local } = senderInternals(sender);
    const { source, target } = remoteTermini(senderInternals(sender));
    const fault = this.connectSender(sender);
    // An echoed terminus signals an open link to the client, so a refused link has none.
    if (source && !fault) local.attach.source = source.described();
    if (target) local.attach.target = target.described();
    local.attach.snd_settle_mode = sender.snd_settle_mode;
    local.attach.rcv_settle_mode = sender.rcv_settle_mode;
    if (fault) sender.close(fault);
    // rhea writes transfers before a pending attach, and clients send credit along with theirs.
    connectionInternals(this.connection)._process();
  }

  private connectSender(sender: Sender): AmqpFault | undefined {
    const { source } = remoteTermini(senderInternals(sender));
    const text = source?.address ?? '';
    const address = parseEntityAddress(text);
    if (address.kind === 'subscription') return notImplemented('topics');
    const dispatcher = address.kind === 'cbs' ? undefined : this.queues.find(address);
    if (address.kind !== 'cbs' && !dispatcher) return this.queues.notFound(text);
    if (address.kind !== 'queue') {
      this.replyLinks.add(sender, address);
      return undefined;
    }
    if (source?.filter && SESSION_FILTER in source.filter) return notImplemented('sessions');
    if (dispatcher) this.deliveryLinks.set(sender, new DeliveryLink(sender, dispatcher));
    return undefined;
  }

  /** The client sends on this link. */
  private openReceiver(receiver: Receiver): void {
    const { local } = receiverInternals(receiver);
    const { source, target } = remoteTermini(receiverInternals(receiver));
    const fault = this.connectReceiver(receiver);
    if (source) local.attach.source = source.described();
    if (target && !fault) local.attach.target = target.described();
    local.attach.snd_settle_mode = receiver.snd_settle_mode;
    local.attach.rcv_settle_mode = receiver.rcv_settle_mode;
    local.attach.max_message_size = this.maxMessageBytes;
    local.attach.properties = {
      'com.microsoft:max-message-batch-size': types.wrap_ulong(this.maxMessageBytes) as AmqpValue,
    };
    if (fault) receiver.close(fault);
  }

  private connectReceiver(receiver: Receiver): AmqpFault | undefined {
    const { target } = remoteTermini(receiverInternals(receiver));
    // rhea gives no target for one it does not know: the coordinator of transactions.
    if (!target) return notImplemented('transactions');
    const text = target.address ?? '';
    const address = parseEntityAddress(text);
    if (address.kind === 'subscription') return notImplemented('topics');
    if (address.kind === 'cbs') {
      openRequestLink(receiver, address, this.replyLinks, (request) =>
        handleCbsRequest(this.queues, request),
      );
      return undefined;
    }
    const dispatcher = this.queues.find(address);
    if (!dispatcher) return this.queues.notFound(text);
    if (address.kind === 'management') {
      openRequestLink(receiver, address, this.replyLinks, (request) =>
        handleManagementRequest(dispatcher.engine, request),
      );
    } else if (address.part === 'deadLetters') {
      return SEND_TO_DEAD_LETTERS;
    } else {
      openIncomingLink(receiver, dispatcher);
    }
    return undefined;
  }

  private drop(isGone: (link: Sender) => boolean): void {
    for (const [link, deliveryLink] of this.deliveryLinks) {
      if (!isGone(link)) continue;
      deliveryLink.close();
      this.deliveryLinks.delete(link);
    }
    this.replyLinks.remove(isGone);
  }
}
