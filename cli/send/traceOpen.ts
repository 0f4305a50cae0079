import { createAppContext } from '../../shared/app/createAppContext';
import type { RequestTrace } from '../../shared/requestRecords/RequestTrace';
import type { TracedRequest } from '../../shared/requestRecords/Trace';
import { createLogger } from '../../shared/telemetry/createLogger';
import type { SendTarget } from './SendTarget';
import type { SentMessage } from './SentMessage';

/** Where a request is: as traced, not known yet, or why it cannot be asked. */
export type WhereIs =
  | { readonly requestId: string; readonly traced: TracedRequest | null }
  | { readonly requestId: string; readonly problem: string };

/** Of the requests that are not answered; the first trouble is that of all. Never rejects. */
export async function traceOpen(
  sent: readonly SentMessage[],
  requestTrace: Pick<RequestTrace, 'of'>,
): Promise<readonly WhereIs[]> {
  const open = sent.filter(({ isComplete }) => !isComplete);
  const found: WhereIs[] = [];
  let problem: string | null = null;
  for (const { id: requestId } of open.flatMap(({ openRequests }) => openRequests)) {
    if (problem === null) {
      try {
        const trace = await requestTrace.of({ request: requestId });
        found.push({ requestId, traced: trace?.requests[0] ?? null });
        continue;
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
      }
    }
    found.push({ requestId, problem });
  }
  return found;
}

/** The same for the app that messages were sent to. */
export async function traceOpenOf(
  sent: readonly SentMessage[],
  { config, secrets }: SendTarget,
): Promise<readonly WhereIs[]> {
  if (sent.every(({ isComplete }) => isComplete)) return [];
  const logger = createLogger(() => undefined);
  const context = createAppContext({ config, secrets, warnings: [], logger });
  try {
    return await traceOpen(sent, context.requestTrace);
  } finally {
    await context.close();
  }
}
