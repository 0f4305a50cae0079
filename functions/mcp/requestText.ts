import type { RequestData } from './requestData';

const MAX_LINES = 20;
/** What Defender's ids and enumerations are made of; names, titles and tags never get here. */
const WORD = /^\w{1,64}$/;

/** What a request brought, in ids, outcomes and levels. */
export function requestText(data: RequestData): string {
  const { total, done, results, pollId, retryWith, retryAfterSeconds } = data;
  const lines = results.slice(0, MAX_LINES).map(lineOf);
  const left = results.length - lines.length;
  const wait = `Still running: call get_request with pollId ${pollId ?? ''} in ${retryAfterSeconds ?? 0} s.`;
  const again = `No room is left for the others: call ${retryWith} with them in ${retryAfterSeconds ?? 0} s.`;
  return [
    `Lookups ended: ${done} of ${total}.`,
    ...lines,
    ...(left > 0 ? [`In the data alone: ${left} more.`] : []),
    ...(pollId === undefined ? [] : [wait]),
    ...(retryWith === undefined ? [] : [again]),
  ].join('\n');
}

function lineOf({ position, indicator, outcome, reason, summary }: RequestData['results'][number]) {
  const { machineId, machineCount, highestRiskScore, openAlertCount } = summary;
  const found = [
    machineId === null
      ? `machines: ${machineCount}, none of them certain`
      : `machineId ${wordOf(machineId)}`,
    `risk ${wordOf(highestRiskScore)}`,
    `open alerts: ${openAlertCount}`,
  ];
  const why = outcome === 'found' ? found : [reason?.code ?? ''];
  return `#${position} ${indicator.kind} ${outcome}: ${why.join(', ')}.`;
}

const wordOf = (text: string | null): string =>
  text !== null && WORD.test(text) ? text : 'unknown';
