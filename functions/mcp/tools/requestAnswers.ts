import { z } from 'zod';
import { DAY_MS } from '../../../shared/clock/durations';
import { requestAnswer } from '../../../shared/openapi/answers';
import type { RouteAnswer } from '../../http/Route';
import { toRequestData, type Next, type RequestData } from '../requestData';
import { requestText } from '../requestText';
import type { ToolAnswer } from '../Tool';

/** How the answers of tools that look something up are to be read. */
export const HOW_TO_READ =
  'Act only on summary.machineId: it is set if exactly one live machine matched beyond doubt, and no other id in the answer is safe to act on. The outcome notSeen means that Defender has no record of it within its reach, not that it is clean. If status is running, not all is there yet: call the tool that pollWith names, with pollId, after retryAfterSeconds, instead of asking again. If it is outOfQuota, the results are all that came: ask for the pending ones again after retryAfterSeconds.';

export const maxAgeMs = z.int().min(0).max(DAY_MS).optional().meta({
  description:
    'How old an answer may be, in milliseconds; 0 asks Defender again, which costs quota: do so before you recommend to isolate a machine',
});

export const listsFrom = z.int().min(0).max(1_000_000).optional().meta({
  description:
    'Machines and alerts of each result to pass over: listsFrom of a result that was cut, else leave it out',
});

/** What a route answered that answers several questions, or goes on in the queue. `retryWith`: the tool that asked it. */
export function toRequestAnswer(
  answer: RouteAnswer,
  from: number,
  retryWith?: RequestData['retryWith'],
): ToolAnswer<RequestData> {
  const next = nextOf(answer, retryWith);
  const data = toRequestData(requestAnswer.parse(answer.body), from, next);
  return { data, text: requestText(data) };
}

function nextOf(
  { status, headers }: RouteAnswer,
  retryWith: RequestData['retryWith'],
): Next | null {
  const retryAfterSeconds = Number(headers?.['retry-after']);
  if (status === 429) return { status: 'outOfQuota', retryWith, retryAfterSeconds };
  const location = headers?.['location'];
  if (status !== 202 || location === undefined) return null;
  const pollId = location.slice(location.lastIndexOf('/') + 1);
  return { pollId, pollWith: 'get_request', retryAfterSeconds };
}
