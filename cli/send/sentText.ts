import { plural } from '../../shared/text/plural';
import { requestText } from '../trace/traceText';
import type { SeenRequest, SentMessage } from './SentMessage';
import type { WhereIs } from './traceOpen';

export interface SentContext {
  readonly outputQueue: string;
  /** Where the app answers over HTTP; null: not known here. */
  readonly origin: string | null;
  /** Of the requests that are not answered. */
  readonly open: readonly WhereIs[];
}

/** For people, once waiting is over. */
export function sentText(sent: SentMessage, { outputQueue, origin, open }: SentContext): string {
  const { file, messageId, awaited, records, quarantined, requestRecords } = sent;
  const isNothing = awaited.lookups + awaited.unreadable === 0;
  const lines = [
    `${file} (${messageId}): ${records.length} of ${awaited.lookups} lookups answered, ${quarantined.length} in quarantine`,
    ...requestRecords.map((record) => `  ${wholeText(record)}`),
    ...(isNothing ? ['  It names nothing to look up: npm run explain shows how it is read.'] : []),
    ...(sent.isComplete
      ? []
      : [
          '  What is missing waits, was answered with an earlier message of the same event, or is no longer there: its',
          `  consumer has taken it from ${outputQueue}.`,
          ...openOf(sent, open).flatMap((each) => whereText(each, origin)),
        ]),
  ];
  return lines.join('\n');
}

/** The record of a whole request in a line. */
function wholeText({ status, request, summary }: SeenRequest): string {
  const { outcomes, machineCount, actOn, highestRiskScore } = summary;
  const counts = Object.entries(outcomes)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome}`);
  const parts = [
    `${request.id} as a whole: ${status}, ${request.done} of ${request.of}`,
    ...counts,
    plural(machineCount, 'machine'),
    ...(highestRiskScore === null ? [] : [`highest risk ${highestRiskScore}`]),
    actOn.length === 0 ? 'none to act on' : `act on ${actOn.join(' ')}`,
  ];
  return parts.join(', ');
}

const openOf = ({ openRequests }: SentMessage, open: readonly WhereIs[]): readonly WhereIs[] =>
  open.filter(({ requestId }) => openRequests.some(({ id }) => id === requestId));

function whereText(where: WhereIs, origin: string | null): readonly string[] {
  const { requestId } = where;
  if ('problem' in where)
    return [`  It cannot be traced from here (${where.problem}). Ask ${urlOf(requestId, origin)}`];
  return where.traced
    ? requestText(where.traced)
        .split('\n')
        .map((line) => `  ${line}`)
    : [
        `  ${requestId} is not known yet: the app reads the message at this moment, or does not run.`,
      ];
}

const urlOf = (requestId: string, origin: string | null): string =>
  `${origin ?? 'https://<app>'}/api/trace?request=${requestId}`;

/** For programs. */
export function sentJson(sent: SentMessage, { origin, open }: Omit<SentContext, 'outputQueue'>) {
  const { file, messageId, awaited, isComplete, records, requestRecords, quarantined } = sent;
  const where = isComplete ? [] : openOf(sent, open);
  return {
    file,
    messageId,
    requests: awaited.requests,
    isComplete,
    records,
    requestRecords,
    quarantined,
    waiting: where.flatMap((each) => ('traced' in each && each.traced ? [each.traced] : [])),
    askAgain: where.map(({ requestId }) => urlOf(requestId, origin)),
  };
}
