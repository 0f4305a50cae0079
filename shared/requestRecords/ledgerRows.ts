import { gunzipSync, gzipSync } from 'node:zlib';
import type { TableEntity } from '@azure/data-tables';
import { z } from 'zod';
import { int64, int64Schema } from '../storage/tableRows';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { Claim, EndedLookup, RequestHead, RequestRef, WaitingLookup } from './RequestState';

/**
 * The rows of a request, under its id: `head` (what it is, and its newest claim), `wait|<lookupId>` (the last wait of each
 * lookup that had to), `record|<recordId>` (each record, whole unless it is large). Of a request that was over at once
 * there is only the first, with its lookups.
 */
export const HEAD_ROW = 'head';
export const WAIT_ROWS = 'wait|';
export const RECORD_ROWS = 'record|';

/** Of the property that requests are looked for by. */
export const MAX_EVENT_ID_CHARACTERS = 1024;
/** Of a property; what is larger lies in a blob. */
export const MAX_INLINE_BYTES = 32 * 1024;
/** No look is due. */
export const NEVER = 8.64e15;

export const ledgerBlob = ({ request, generation }: EnrichmentRecord): string =>
  `requests/${request.id}/${request.position}.${generation}.json.gz`;
export const isLedgerBlob = (name: string): boolean => name.endsWith('.json.gz');

/** Gzip of less takes more time than it saves space. */
const LEAST_TO_GZIP = 4 * 1024;

/** JSON, gzipped unless it is short. */
export function pack(value: object): Uint8Array {
  const json = Buffer.from(JSON.stringify(value));
  return json.byteLength < LEAST_TO_GZIP ? json : gzipSync(json);
}

export function unpack(bytes: Uint8Array): unknown {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return JSON.parse((isGzip ? gunzipSync(bytes) : Buffer.from(bytes)).toString('utf8'));
}

export function toHeadRow(head: RequestHead, dueAt?: number): TableEntity {
  const { request } = head;
  return {
    partitionKey: request.id,
    rowKey: HEAD_ROW,
    about: pack(head),
    of: request.of,
    source: request.source,
    ...(request.eventId !== null && {
      eventId: request.eventId.slice(0, MAX_EVENT_ID_CHARACTERS),
    }),
    receivedAt: int64(Date.parse(request.receivedAt)),
    ...(dueAt !== undefined && { dueAt: int64(dueAt) }),
  };
}

/** A claim that was not sent is looked after from `dueAt` on. */
export const toClaimColumns = ({ generation, status, members, isSent }: Claim, dueAt: number) => ({
  generation,
  status,
  members: members.join(','),
  isSent,
  dueAt: int64(isSent && status === 'completed' ? NEVER : dueAt),
});

export const toWaitRow = (
  { requestId, receivedAt }: RequestRef,
  waiting: WaitingLookup,
): TableEntity => ({
  partitionKey: requestId,
  rowKey: `${WAIT_ROWS}${waiting.lookupId}`,
  lookupId: waiting.lookupId,
  receivedAt: int64(receivedAt),
  waiting: JSON.stringify(waiting),
});

const headRow = z.object({
  about: z.instanceof(Uint8Array).optional(),
  generation: z.number().optional(),
  status: z.enum(['running', 'completed']).optional(),
  members: z.string().default(''),
  isSent: z.boolean().default(false),
  lookups: z.instanceof(Uint8Array).optional(),
});

/** What a head row says; `finished`: the lookups of a request that was over at once. */
export function readHeadRow(row: object): {
  readonly head: RequestHead | null;
  readonly claim: Claim | null;
  readonly finished: readonly EndedLookup[];
} {
  const { about, generation, status, members, isSent, lookups } = headRow.parse(row);
  return {
    head: about ? (unpack(about) as RequestHead) : null, // written by toHeadRow
    claim:
      generation === undefined || status === undefined
        ? null
        : { generation, status, members: members === '' ? [] : members.split(','), isSent },
    finished: lookups ? (unpack(lookups) as EndedLookup[]) : [], // written by addFinished
  };
}

const endedRow = z.object({ ended: z.string() });
export const readEndedRow = (row: object): EndedLookup =>
  JSON.parse(endedRow.parse(row).ended) as EndedLookup; // written by addRecord

const waitRow = z.object({ waiting: z.string() });
export const readWaitRow = (row: object): WaitingLookup =>
  JSON.parse(waitRow.parse(row).waiting) as WaitingLookup; // written by toWaitRow

export const placeRow = z.object({ partitionKey: z.string(), receivedAt: int64Schema });
