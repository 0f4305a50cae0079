import { z } from 'zod';
import { decodeAddress } from './entityAddress';
import { toIsoDuration } from '../../shared/clock/isoDuration';
import type { QueueDescription } from './NamespaceQueues';

const ATOM = 'http://www.w3.org/2005/Atom';
const SERVICE_BUS = 'http://schemas.microsoft.com/netservices/2010/10/servicebus/connect';
const COUNTS = 'http://schemas.microsoft.com/netservices/2011/06/servicebus';
/** What the service calls a duration without end. */
const FOREVER = 'P10675199DT2H48M5.4775807S';
const PAGE_SIZE = 100;

const page = z.object({
  skip: z.coerce.number().int().min(0).catch(0),
  top: z.coerce.number().int().min(1).max(PAGE_SIZE).catch(PAGE_SIZE),
});

/**
 * What the administration clients of the SDKs read: `/<queue>` is an entry, `/$Resources/Queues` a feed of all queues in
 * pages (`$skip`, `$top`; 100 at most). Like the service, anything else is an empty feed and no error.
 */
export function answerAtom(url: URL, queues: readonly QueueDescription[]): string {
  const path = decodeAddress(url.pathname).slice(1).replace(/\/$/, '').toLowerCase();
  if (path === '$resources/queues') return queueFeed(url, queues);
  if (path === '$resources/topics') return feed(url, 'Topics', '');
  const queue = queues.find(({ settings }) => settings.name.toLowerCase() === path);
  return queue ? queueEntry(url, queue) : feed(url, 'Publicly Listed Services', '');
}

function queueFeed(url: URL, queues: readonly QueueDescription[]): string {
  const { searchParams } = url;
  const { skip, top } = page.parse({
    skip: searchParams.get('$skip') ?? undefined,
    top: searchParams.get('$top') ?? undefined,
  });
  const end = skip + top;
  const next = new URL(url);
  next.searchParams.set('$skip', String(end));
  next.searchParams.set('$top', String(top));
  const links = end < queues.length ? link('next', next) : '';
  const entries = queues.slice(skip, end).map((queue) => queueEntry(url, queue));
  return feed(url, 'Queues', `${links}${entries.join('')}`);
}

function feed(url: URL, title: string, content: string): string {
  return `<feed xmlns="${ATOM}">${head(url, title)}${link('self', url)}${content}</feed>`;
}

function queueEntry(base: URL, { settings, counts, createdAt }: QueueDescription): string {
  const created = new Date(createdAt).toISOString();
  const url = new URL(`/${encodeURI(settings.name)}`, base);
  const description = elements({
    LockDuration: duration(settings.lockDurationMs),
    MaxSizeInMegabytes: 1024,
    RequiresDuplicateDetection: settings.duplicateWindowMs !== undefined,
    RequiresSession: false,
    DefaultMessageTimeToLive: duration(settings.defaultTimeToLiveMs),
    DeadLetteringOnMessageExpiration: settings.deadLetterOnExpiration,
    DuplicateDetectionHistoryTimeWindow: duration(settings.duplicateWindowMs ?? 600_000),
    MaxDeliveryCount: settings.maxDeliveryCount,
    EnableBatchedOperations: true,
    MessageCount: totalOf(counts),
    IsAnonymousAccessible: false,
    AuthorizationRules: '',
    Status: 'Active',
    CreatedAt: created,
    UpdatedAt: created,
    // Not kept; the service reports this for a queue that was never used.
    AccessedAt: '0001-01-01T00:00:00Z',
    SupportOrdering: true,
  });
  const rest = elements({
    AutoDeleteOnIdle: FOREVER,
    EnablePartitioning: false,
    EntityAvailabilityStatus: 'Available',
    EnableExpress: false,
    MaxMessageSizeInKilobytes: Math.floor(settings.maxMessageBytes / 1024),
  });
  return `<entry xmlns="${ATOM}">${head(url, settings.name)}${link('self', url)}<content type="application/xml"><QueueDescription xmlns="${SERVICE_BUS}">${description}${countDetails(counts)}${rest}</QueueDescription></content></entry>`;
}

/** Deferred and locked messages are active ones to the service. */
const activeOf = ({ active, locked, deferred }: QueueDescription['counts']) =>
  active + locked + deferred;

const totalOf = (counts: QueueDescription['counts']) =>
  activeOf(counts) + counts.scheduled + counts.deadLettered;

function countDetails(counts: QueueDescription['counts']): string {
  const details = elements({
    'd2p1:ActiveMessageCount': activeOf(counts),
    'd2p1:DeadLetterMessageCount': counts.deadLettered,
    'd2p1:ScheduledMessageCount': counts.scheduled,
    'd2p1:TransferMessageCount': 0,
    'd2p1:TransferDeadLetterMessageCount': 0,
  });
  return `<CountDetails xmlns:d2p1="${COUNTS}">${details}</CountDetails>`;
}

const head = (url: URL, title: string) =>
  `<title type="text">${escape(title)}</title><id>${escape(url.href)}</id>`;

const link = (relation: string, { href }: URL) =>
  `<link rel="${relation}" href="${escape(href)}"/>`;

const elements = (values: Readonly<Record<string, string | number | boolean>>) =>
  Object.entries(values)
    .map(([name, value]) => `<${name}>${escape(String(value))}</${name}>`)
    .join('');

const duration = (ms: number) => (ms === Infinity ? FOREVER : toIsoDuration(ms));

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
