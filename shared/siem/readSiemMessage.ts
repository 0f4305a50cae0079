import { readCloudEventProperties } from './envelopes';
import type { LeftOut } from '../records/requestFields';
import { toLeftOut } from './LeftOut';
import { limitIndicators } from './limitIndicators';
import { readBody } from './readBody';
import { readEvents, type EventEntry } from './readEvents';
import { readBareText, readPlainForm } from './readPlainForm';
import { withHead } from './requestsOf';
import type { SiemMessage, UnreadableEntry } from './SiemMessage';
import type { SiemRequest } from './SiemRequest';
import { unreadable, type Reading } from './Unreadable';
import { unwrap } from './unwrap';

type Properties = Readonly<Record<string, string | number | boolean>>;

/**
 * Reads what a SIEM put on the queue; `tenantId` is the tenant this app asks about (null: any), `properties` are the
 * message's own. Not ok only if nothing in it can be read.
 */
export function readSiemMessage(
  bytes: Buffer,
  tenantId: string | null,
  properties: Properties = {},
): Reading<SiemMessage> {
  const body = unwrap(bytes);
  if (!body.ok) return body;
  const { content, layers } = body.value;
  const entries = withProperties(readEvents(content), properties);
  const [first] = entries;
  if (!first) return unreadable('message.noIndicator', 'The message holds no event.');
  const message = sort(entries, tenantId);
  if (entries.length === 1 && message.leftOut.length > 0) return OTHER_TENANT;
  const isReadable = message.requests.length > 0 || message.leftOut.length > 0;
  if (!isReadable && !first.reading.ok) return first.reading;
  const unwrapped = [...layers, ...first.envelopes];
  return {
    ok: true,
    value: { ...message, unwrapped, requests: limitIndicators(message.requests) },
  };
}

/** Reads the body of an HTTP request that takes the plain form only. */
export function readPlainMessage(bytes: Buffer, tenantId: string): Reading<SiemRequest> {
  const body = readBody(bytes);
  if (!body.ok) return body;
  const request =
    body.value.type === 'json' ? readPlainForm(body.value.value) : readBareText(body.value.text);
  return request.ok && !isOf(tenantId, request.value) ? OTHER_TENANT : request;
}

const OTHER_TENANT = unreadable(
  'message.otherTenant',
  'The message is about a tenant that this app does not serve.',
);

function isOf(tenantId: string | null, { tenantIds }: SiemRequest): boolean {
  return tenantIds.every((id) => tenantId === null || id.toLowerCase() === tenantId.toLowerCase());
}

/** CloudEvents in binary mode: the properties are the envelope. */
function withProperties(
  entries: readonly EventEntry[],
  properties: Properties,
): readonly EventEntry[] {
  const head = readCloudEventProperties(properties);
  if (!head) return entries;
  return entries.map(({ reading, envelopes, ...entry }) => ({
    ...entry,
    envelopes: ['cloudEvents', ...envelopes],
    reading: reading.ok
      ? { ok: true, value: withHead(reading.value, head, entries.length > 1) }
      : reading,
  }));
}

function sort(
  entries: readonly EventEntry[],
  tenantId: string | null,
): Omit<SiemMessage, 'unwrapped'> {
  const requests: SiemRequest[] = [];
  const unread: UnreadableEntry[] = [];
  const leftOut: LeftOut[] = [];
  for (const { path, body, reading } of entries) {
    if (!reading.ok) unread.push({ path, body, unreadable: reading.unreadable });
    else if (isOf(tenantId, reading.value)) requests.push(reading.value);
    else leftOut.push(toLeftOut(reading.value.tenantIds.join(', '), path, 'tenant.other'));
  }
  return { requests, unreadable: unread, leftOut };
}
