/**
 * What the emulator uses of rhea beyond its public typings. Checked against rhea 3.0.5, which is pinned for this reason;
 * every use has its regression test.
 */
import {
  type Connection,
  type Delivery,
  type Receiver,
  type Sender,
  type Session,
  types,
} from 'rhea';
import type { Socket } from 'node:net';

/** An AMQP value together with its wire type. Compound values hold further ones. */
export interface AmqpValue {
  readonly type: { readonly typecode: number };
  readonly value: unknown;
}

/** Fields that our `attach` frame will carry; writable until the frame is written. */
interface AttachFields {
  name: string;
  source: AmqpValue;
  target: AmqpValue;
  snd_settle_mode: number;
  rcv_settle_mode: number;
  max_message_size: number;
  properties: Readonly<Record<string, unknown>>;
}

interface LinkInternals {
  /** As a receiver: credit given and not used. As a sender: credit left, decremented when the frame is written. */
  credit: number;
  delivery_count: number;
  /** Asks for a flow frame at the next tick. */
  issue_flow: boolean;
  readonly local: { readonly attach: AttachFields };
  readonly source: RemoteTerminus | NoTerminus;
  readonly target: RemoteTerminus | NoTerminus;
}

/** What rhea gives for a terminus that is missing or of a kind it does not know. */
type NoTerminus = AmqpValue | null | undefined;

export interface RemoteTerminus {
  readonly address: string | null;
  readonly filter?: Readonly<Record<string, unknown>> | null;
  /** The terminus as it came, wire types included. */
  described(): AmqpValue;
}

interface SenderInternals extends LinkInternals {
  readonly _draining: boolean;
  /** Called when a flow frame is written; true puts `drain` into it. */
  _get_drain: () => boolean;
}

interface SessionInternals {
  on_attach: (frame: AttachFrame) => void;
  create_link: (name: string, type: unknown, options: unknown) => LinkInternals;
  readonly outgoing: { available(): number };
  readonly incoming: { on_transfer: (frame: TransferFrame, receiver: unknown) => void };
}

interface AttachFrame {
  /** `role`: the peer receives. */
  readonly performative: { name: string; readonly role: boolean };
}

interface TransferFrame {
  readonly performative: { message_format: number | null | undefined };
}

interface DeliveryInternals {
  settled: boolean;
  remote_settled: boolean;
  /** The peer's outcome: its fields as they came. */
  readonly remote_state?: { readonly value: readonly (AmqpValue | undefined)[] };
}

interface ConnectionInternals {
  readonly socket: Socket;
  /** Writes what is pending now instead of on the next tick. */
  _process(): void;
  /** Schedules `_process`. */
  _register(): void;
  /** Without arguments: an empty frame. */
  _write_frame(): void;
  /** The socket is gone: ends the heartbeats. */
  eof(): void;
}

interface TypesInternals {
  readonly Reader: new (buffer: Buffer) => { read(): AmqpValue };
  readonly Writer: new () => { write(value: AmqpValue): void; toBuffer(): Buffer };
}

// The typings leave these members out; the casts below are the only exceptions.
export const senderInternals = (sender: Sender) => sender as unknown as SenderInternals;
export const receiverInternals = (receiver: Receiver) => receiver as unknown as LinkInternals;
export const sessionInternals = (session: Session) => session as unknown as SessionInternals;
export const deliveryInternals = (delivery: Delivery) => delivery as unknown as DeliveryInternals;
export const connectionInternals = (connection: Connection) =>
  connection as unknown as ConnectionInternals;
const typesInternals = types as unknown as TypesInternals;

/** The ends of a link as the peer named them. */
export function remoteTermini({ source, target }: LinkInternals) {
  return { source: known(source), target: known(target) };
}

function known(terminus: RemoteTerminus | NoTerminus): RemoteTerminus | undefined {
  return terminus && 'described' in terminus ? terminus : undefined;
}

/** Decodes the first value in the buffer, keeping wire types. */
export function readValue(buffer: Buffer): AmqpValue {
  return new typesInternals.Reader(buffer).read();
}

export function writeValue(value: AmqpValue): Buffer {
  const writer = new typesInternals.Writer();
  writer.write(value);
  return writer.toBuffer();
}

/** A value under a numeric descriptor: a message section, an outcome. */
export function described(descriptor: number, value: AmqpValue): AmqpValue {
  // Typed as any by rhea; it returns the value it was given.
  return types.described(types.wrap_ulong(descriptor), value) as AmqpValue;
}

/** The elements of an AMQP list, or the keys and values of a map in turn. */
export function elementsOf(value: AmqpValue | undefined): readonly AmqpValue[] {
  // rhea reads the elements of every compound as typed values.
  return Array.isArray(value?.value) ? (value.value as readonly AmqpValue[]) : [];
}

/** The entries of an AMQP map with string or symbol keys. */
export function entriesOf(map: AmqpValue | undefined): Map<string, AmqpValue> {
  const elements = elementsOf(map);
  const entries = new Map<string, AmqpValue>();
  for (let index = 0; index + 1 < elements.length; index += 2) {
    const [key, value] = [elements[index], elements[index + 1]];
    if (key && value) entries.set(String(key.value), value);
  }
  return entries;
}
