import type { EndpointId } from '../defender/endpointIds';
import type { Flow } from '../quota/calendar/CalendarState';
import type { Logger } from './Logger';

/** A lookup has its record on the way; `reasonCode` for every outcome but `found`. `tookMs` counts from receipt. */
export function lookupEnded(
  logger: Logger,
  fields: {
    readonly lookupId: string;
    readonly generation: number;
    readonly channel: 'queue' | 'http';
    readonly kind: string;
    readonly outcome: string;
    readonly reasonCode: string | null;
    readonly machineCount: number;
    readonly tookMs: number;
  },
): void {
  logger.info('lookup.ended', fields);
}

/** A generation of a request's own record is on its way; `tookMs` counts from the first intake. */
export function requestEnded(
  logger: Logger,
  fields: {
    readonly requestId: string;
    readonly generation: number;
    readonly status: string;
    readonly of: number;
    readonly done: number;
    readonly tookMs: number;
  },
): void {
  logger.info('request.ended', fields);
}

/** A record that is out could not be noted with its request; it is tried again in `waitMs`. */
export function noteDelayed(
  logger: Logger,
  fields: { readonly requestId: string; readonly condition: string; readonly waitMs: number },
): void {
  logger.warning('request.noteDelayed', fields);
}

/** A request that is over cannot be traced: its row could not be written. */
export function requestNotKept(
  logger: Logger,
  fields: { readonly requestId: string; readonly condition: string },
): void {
  logger.info('request.notKept', fields);
}

/** A lookup continues in a later delivery, `waitMs` from now: its slot is later, or a try failed (`failures` > 0). */
export function lookupWaiting(
  logger: Logger,
  fields: {
    readonly lookupId: string;
    readonly endpoint: EndpointId;
    readonly hop: number;
    readonly failures: number;
    readonly waitMs: number;
  },
): void {
  logger.info('lookup.waiting', fields);
}

/** One list call was made for `size` questions; `outcome`: `answered`, or why it answered none. */
export function batchCalled(
  logger: Logger,
  fields: {
    readonly endpoint: EndpointId;
    readonly flow: Flow;
    readonly size: number;
    readonly outcome: string;
    readonly tookMs: number;
  },
): void {
  logger.info('batch.called', fields);
}

/** A message that cannot be read, or a lookup without an answer, was put aside. */
export function messageQuarantined(
  logger: Logger,
  fields: {
    readonly quarantineId: string;
    readonly reasonCode: string;
    readonly queue: string | null;
    readonly lookupId: string | null;
  },
): void {
  logger.warning('message.quarantined', fields);
}

/** Everyday traffic: a mail or a cloud application's alert names no machine. */
export function nothingToLookUp(
  logger: Logger,
  fields: { readonly requestId: string; readonly format: string; readonly leftOutCount: number },
): void {
  logger.info('intake.nothingToLookUp', fields);
}

export function eventsOfOtherTenants(logger: Logger, fields: { readonly events: number }): void {
  logger.info('intake.otherTenants', fields);
}

/** A delivery ended in an error, `cause` by name: the broker delivers again, and dead-letters after the tenth time. */
export function deliveryFailed(
  logger: Logger,
  fields: { readonly queue: string; readonly cause: string },
): void {
  logger.warning('delivery.failed', fields);
}

/** A dead-lettered message of `queue` is processed again. */
export function deadLetterTakenBack(
  logger: Logger,
  fields: { readonly queue: string; readonly brokerReason: string },
): void {
  logger.warning('deadLetter.takenBack', fields);
}

/** A dead-lettered message of `queue` ends: with a record, or in quarantine. */
export function deadLetterGivenUp(
  logger: Logger,
  fields: { readonly queue: string; readonly brokerReason: string },
): void {
  logger.error('deadLetter.givenUp', fields);
}

/** Defender answered 429; the endpoint cools down for everyone. */
export function defenderThrottled(
  logger: Logger,
  fields: { readonly endpoint: EndpointId; readonly retryAfterMs: number | null },
): void {
  logger.warning('defender.throttled', fields);
}

/** Defender refuses our rights: someone must grant one of `roles`. */
export function defenderDenied(
  logger: Logger,
  fields: {
    readonly endpoint: EndpointId;
    readonly status: 401 | 403;
    readonly roles: string;
  },
): void {
  logger.error('defender.denied', fields);
}

/** Defender refuses one question (403) although our rights suffice: the lookup waits, the others continue. */
export function defenderRefused(logger: Logger, fields: { readonly endpoint: EndpointId }): void {
  logger.warning('defender.refused', fields);
}

/** The answer cache fails; lookups continue without it, at the cost of calls. */
export function cacheTrouble(
  logger: Logger,
  fields: {
    readonly operation: 'get' | 'put';
    readonly endpoint: EndpointId;
    readonly condition: string;
  },
): void {
  logger.warning('cache.trouble', fields);
}

/** The calendar cannot be read or written: no call is made, lookups wait. */
export function quotaUnavailable(
  logger: Logger,
  fields: { readonly endpoint: EndpointId; readonly condition: string },
): void {
  logger.error('quota.unavailable', fields);
}

/** The output queue does not take a finished record; it is tried again in `waitMs`. */
export function publishDelayed(
  logger: Logger,
  fields: {
    readonly recordId: string;
    readonly queue: string;
    readonly condition: string;
    readonly hop: number;
    readonly waitMs: number;
  },
): void {
  logger.warning('publish.delayed', fields);
}

/** The quarantine queue does not take a copy; it is tried again in `waitMs`. Its record, if any, is on its way. */
export function quarantineDelayed(
  logger: Logger,
  fields: {
    readonly quarantineId: string;
    readonly queue: string;
    readonly condition: string;
    readonly hop: number;
    readonly waitMs: number;
  },
): void {
  logger.warning('quarantine.delayed', fields);
}

/** A setting is not known, or two do not go together. */
export function settingsWarning(logger: Logger, fields: { readonly message: string }): void {
  logger.warning('settings.warning', fields);
}

/** A setting is missing or malformed: no trigger runs until it is fixed. Never holds the setting's value. */
export function settingsUnusable(
  logger: Logger,
  fields: { readonly setting: string; readonly message: string },
): void {
  logger.error('settings.unusable', fields);
}

/** Blobs past their time were removed. */
export function blobsRemoved(
  logger: Logger,
  fields: { readonly container: string; readonly prefix: string; readonly removed: number },
): void {
  logger.info('blobs.removed', fields);
}

/** An HTTP request ended in 5xx: `cause` is the name of the error. */
export function requestFailed(
  logger: Logger,
  fields: { readonly code: string; readonly cause: string },
): void {
  logger.error('request.failed', fields);
}

/** Table rows past their time were removed. */
export function rowsRemoved(
  logger: Logger,
  fields: { readonly table: string; readonly removed: number },
): void {
  logger.info('rows.removed', fields);
}

/** A page of the inventory is read in a later delivery, `waitMs` from now: its slot is later, or a try failed. */
export function inventoryWaiting(
  logger: Logger,
  fields: {
    readonly runId: string;
    readonly seq: number;
    readonly hop: number;
    readonly failures: number;
    readonly waitMs: number;
    /** Of storage that does not answer. */
    readonly condition: string | null;
  },
): void {
  logger.info('inventory.waiting', fields);
}

/** An inventory run is over. `warnings`: why a snapshot is not proven complete; `reasonCode`: why there is none. */
export function inventoryRunEnded(
  logger: Logger,
  fields: {
    readonly runId: string;
    readonly status: 'published' | 'incomplete' | 'superseded' | 'kept' | 'failed' | 'running';
    readonly reasonCode: string | null;
    readonly machines: number | null;
    readonly warnings: string;
  },
): void {
  const isWell = ['published', 'superseded', 'kept'].includes(fields.status);
  if (isWell) logger.info('inventory.ended', fields);
  else logger.warning('inventory.ended', fields);
}

/** A stalled inventory run continues under a new epoch. */
export function inventoryTakenOver(
  logger: Logger,
  fields: { readonly runId: string; readonly epoch: number; readonly seq: number },
): void {
  logger.warning('inventory.takenOver', fields);
}

/** The keys that callers' tokens are checked with could not be fetched; those of `ageMs` ago stay in use, for a day. */
export function keysNotRefreshed(
  logger: Logger,
  fields: { readonly condition: string; readonly ageMs: number | null },
): void {
  logger.warning('auth.keysNotRefreshed', fields);
}
