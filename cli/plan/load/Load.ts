import type { Reason } from '../../../shared/errors/Reason';
import type { Arrival, TakeInSettings } from '../../../shared/siem/Arrival';
import { readSiemMessage } from '../../../shared/siem/readSiemMessage';
import { toLookups } from '../../../shared/siem/toLookups';
import type { ApplicationProperties } from '../../../shared/messaging/applicationProperties';
import type { WaitingLookup } from './PlannedLookup';

/** What waits, or would be sent. */
export interface Load {
  readonly waiting: readonly WaitingLookup[];
  /** Values that cannot be asked for: they are answered at once. */
  readonly invalid: number;
  readonly unreadable: readonly UnreadableMessage[];
}

export interface UnreadableMessage {
  readonly place: string;
  readonly reason: Reason;
}

/** A message for the queue of the SIEM. */
export interface LoadMessage {
  readonly body: Buffer;
  readonly place: string;
  readonly arrival: Arrival;
  readonly properties?: ApplicationProperties;
}

export interface LoadSettings extends Omit<TakeInSettings, 'tenantId'> {
  /** Null: messages of all tenants are planned for. */
  readonly tenantId: string | null;
}

/** The lookups of messages as intake would make them, asking at `now` (Unix ms). */
export function toLoad(
  messages: readonly LoadMessage[],
  settings: LoadSettings,
  now: number,
): Load {
  const waiting: WaitingLookup[] = [];
  const unreadable: UnreadableMessage[] = [];
  let invalid = 0;
  for (const { body, place, arrival, properties } of messages) {
    const reading = readSiemMessage(body, settings.tenantId, properties);
    if (!reading.ok) {
      unreadable.push({ place, reason: reading.unreadable });
      continue;
    }
    for (const { path, unreadable: reason } of reading.value.unreadable)
      unreadable.push({ place: `${place}, ${path}`, reason });
    for (const request of reading.value.requests) {
      const tenantId = settings.tenantId ?? '';
      const taken = toLookups(request, arrival, { ...settings, tenantId });
      invalid += taken.invalid.length;
      for (const lookup of taken.lookups) waiting.push({ ...newlyAsking(now), lookup });
    }
  }
  return { waiting, invalid, unreadable };
}

const newlyAsking = (now: number): Omit<WaitingLookup, 'lookup'> => ({
  progress: [],
  isNew: true,
  asksAt: now,
  ticket: null,
  batch: null,
});
