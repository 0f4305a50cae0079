import type { Trace, TracedLookup, TracedRequest } from '../../shared/requestRecords/Trace';

/** A trace for people, without a line break at its end. */
export function traceText({ requests, keptUntil }: Trace): string {
  return [...requests.map(requestText), `known until ${keptUntil}`].join('\n\n');
}

/** One request of it. */
export function requestText(request: TracedRequest): string {
  const { requestId, eventId, source, format, receivedAt, status, of, done } = request;
  const { leftOutCount, records, lookups } = request;
  const published = records.map(({ generation, id }) => `generation ${generation} ${id}`);
  return [
    `${requestId}  ${status}, ${done} of ${of}`,
    `  event ${eventId ?? '-'} of ${source}, read as ${format ?? '?'}, received ${receivedAt}; left out: ${leftOutCount}`,
    `  record: ${published.join(', ') || 'none yet'}`,
    ...lookups.map((lookup) => `  ${lookupText(lookup)}`),
  ].join('\n');
}

function lookupText(lookup: TracedLookup): string {
  const { position, kind, value, state, outcome, reason, nextAt, endpoint, durationsMs } = lookup;
  const parts = [
    `${position}. ${kind} ${printable(value)}`,
    outcome ?? STATES[state],
    ...(reason ? [reason.code] : []),
    ...(state === 'recheckAt' ? ['asked once more'] : []),
    ...(nextAt ? [`at ${nextAt}`] : []),
    ...(endpoint ? [`for ${endpoint}`] : []),
    `${(durationsMs.total / 1000).toFixed(1)} s`,
    lookup.recordId ?? lookup.lookupId,
    ...(lookup.quarantineId ? [`in quarantine ${lookup.quarantineId}`] : []),
  ];
  return parts.join('  ');
}

const STATES: Readonly<Record<TracedLookup['state'], string>> = {
  waitingForSlot: 'waits for its slot',
  waitingForRight: 'waits for a right in Defender',
  waitingForService: 'waits for Defender to answer again',
  asked: 'is being asked',
  recheckAt: 'is asked once more',
  ended: 'ended',
};

/** What others wrote must not steer the terminal. */
const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·');
