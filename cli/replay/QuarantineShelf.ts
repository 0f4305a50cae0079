import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { FIRST_TRIAL } from '../../shared/calls/StepAttempt';
import type { AppConfig } from '../../shared/config/AppConfig';
import { parseJson } from '../../shared/json/parseJson';
import { nextStep } from '../../shared/lookups/plans';
import type { WorkCodec } from '../../shared/lookups/WorkCodec';
import type { BlobStore } from '../../shared/storage/BlobStore';
import { bodyOf, envelopeSchema, lookupOf, type QuarantineEnvelope } from './quarantineEnvelope';
import { placeOf, type Copy, type CopyOptions, type Entry, type Shelf } from './Shelf';

export interface QuarantineShelfDeps {
  readonly config: Pick<AppConfig, 'queues' | 'lookups' | 'defender'>;
  /** Container `quarantine`. */
  readonly bodies: Pick<BlobStore, 'read'>;
  readonly codec: Pick<WorkCodec, 'encode'>;
}

/** The quarantine queue: messages that could not be read, and lookups that ended without an answer. */
export class QuarantineShelf implements Shelf {
  readonly name: string;

  constructor(private readonly deps: QuarantineShelfDeps) {
    this.name = deps.config.queues.quarantine;
  }

  async toEntry(message: ServiceBusReceivedMessage): Promise<Entry> {
    const head = {
      ...placeOf(message),
      requestId: textOf(message, 'requestId'),
      lookupId: textOf(message, 'lookupId'),
    };
    const envelope = envelopeOf(message);
    if (!envelope) {
      const reasonCode = textOf(message, 'reasonCode') ?? 'unknown';
      return { ...head, reasonCode, ...NO_LOOKUP, cameAs: head.id, stuck: 'not from quarantine' };
    }
    const { reason, source } = envelope;
    const about = { ...head, reasonCode: reason.code };
    if (source.queue === null) return { ...about, ...(await this.asLookup(envelope)) };
    const stuck = source.queue === this.deps.config.queues.siem ? null : STUCK.notInput;
    return { ...about, ...NO_LOOKUP, cameAs: source.messageId ?? head.id, stuck };
  }

  async copyOf(
    message: ServiceBusReceivedMessage,
    entry: Entry,
    options: CopyOptions,
  ): Promise<Copy> {
    const envelope = envelopeOf(message);
    if (!envelope) throw new TypeError(`Cannot replay ${entry.id}: it is not from quarantine`);
    return entry.lookup ? this.workOf(entry.lookup, options) : this.inputOf(envelope, entry);
  }

  private async asLookup(
    envelope: QuarantineEnvelope,
  ): Promise<Pick<Entry, 'lookup' | 'generation' | 'cameAs' | 'stuck'>> {
    const read = await lookupOf(envelope, this.deps.bodies).catch(() => null);
    if (!read) return { ...NO_LOOKUP, cameAs: '', stuck: STUCK.unreadable };
    const { lookup, generation } = read;
    const isOurs = lookup.tenantId === this.deps.config.defender.tenantId;
    const stuck = isOurs ? null : STUCK.otherTenant;
    return { lookup, generation, cameAs: recordKey(lookup.id, generation), stuck };
  }

  /** Asked from its first step on, its age counted from then. */
  private async workOf(
    lookup: NonNullable<Entry['lookup']>,
    { generation, at }: CopyOptions,
  ): Promise<Copy> {
    const { codec, config } = this.deps;
    const first = nextStep(lookup, [], config.lookups);
    if (!first) throw new TypeError(`Cannot replay ${lookup.id}: nothing is asked about it`);
    const again = { ...lookup, expiresAt: at + config.lookups.maxAgeMs };
    const head = { type: 'lookup', lookup: again, generation, isRecheck: false } as const;
    const start = { freshSinceAt: at, progress: [], step: first.step, hop: 0 };
    const message = await codec.encode({ ...head, ...start, ...FIRST_TRIAL }, at);
    return {
      message,
      queue: config.queues.lookup,
      returnsAs: recordKey(lookup.id, generation),
    };
  }

  private async inputOf(envelope: QuarantineEnvelope, entry: Entry): Promise<Copy> {
    const { messageId, correlationId, applicationProperties } = envelope.source;
    const message = {
      messageId: messageId ?? entry.id,
      body: await bodyOf(envelope, this.deps.bodies),
      contentType: 'application/octet-stream',
      ...(correlationId !== null && { correlationId }),
      applicationProperties,
    };
    return { message, queue: this.deps.config.queues.siem, returnsAs: entry.cameAs };
  }
}

const NO_LOOKUP = { lookup: null, generation: 0 } as const;
const STUCK = {
  notInput: 'it did not come from the queue of the SIEM',
  unreadable: 'its lookup is gone, or of a version that this one does not read',
  otherTenant: 'its lookup is about another tenant',
} as const;

const recordKey = (lookupId: string, generation: number): string => `${lookupId}:${generation}`;

function envelopeOf({ body }: ServiceBusReceivedMessage): QuarantineEnvelope | null {
  const bytes: unknown = body;
  const json = Buffer.isBuffer(bytes) ? parseJson(bytes.toString('utf8')) : null;
  return envelopeSchema.safeParse(json).data ?? null;
}

function textOf({ applicationProperties }: ServiceBusReceivedMessage, name: string) {
  const value: unknown = applicationProperties?.[name];
  return typeof value === 'string' ? value : null;
}
