import { DAY_MS, MINUTE_MS } from '../clock/durations';
import type { AppConfig } from '../config/AppConfig';
import { codeOf } from '../health/codeOf';
import type { ServiceBusSenders } from '../messaging/createServiceBusSenders';
import { QueueUnusableError } from '../messaging/QueueUnusableError';
import { DepthUnreadableError } from '../messaging/QueueDepths';
import type { QueueProperties } from '../messaging/QueueProperties';
import { failed, ok, warning, type Check, type CheckResult } from './Check';

export interface QueueCheckDeps {
  readonly queues: AppConfig['queues'];
  readonly senders: Pick<ServiceBusSenders, 'probe' | 'look'>;
  /** Null: of a topic. @throws {DepthUnreadableError} */
  readonly properties: (queue: string) => Promise<QueueProperties | null>;
}

const WINDOW_MS = 2 * DAY_MS;
const LOCK_MS = 5 * MINUTE_MS;
const LIFE_MS = 14 * DAY_MS;

/** Opens each queue as its sender and its receiver, consumes nothing, and compares its properties. */
export function queueCheck({ queues, senders, properties }: QueueCheckDeps): Check {
  const { siem, output, request } = queues;
  const names = Object.values(queues).filter((name) => name !== null);
  return () =>
    Promise.all(
      names.map(async (queue): Promise<CheckResult> => {
        const check = `queue ${queue}`;
        const isOutput = queue === output || queue === request;
        try {
          await senders.probe(queue);
          if (!isOutput) await senders.look(queue);
          const found = await properties(queue);
          return found ? judge(check, found, queue !== siem) : ok(check, 'a topic');
        } catch (error) {
          return judgeError(check, error);
        }
      }),
    );
}

function judge(check: string, found: QueueProperties, hasDuplicates: boolean): CheckResult {
  const { duplicateWindowMs, lockMs, timeToLiveMs, deadLettersOnExpiry } = found;
  if (hasDuplicates && duplicateWindowMs === null)
    return failed(
      check,
      'has no duplicate detection',
      'It cannot be switched on later: delete the queue when it is empty, and deploy it again.',
    );
  if (!hasDuplicates && duplicateWindowMs !== null)
    return warning(
      check,
      'has duplicate detection',
      'Deploy it without: equal events are told apart.',
    );
  const wrong = [
    ...(duplicateWindowMs !== null && duplicateWindowMs < WINDOW_MS
      ? ['duplicate detection is shorter than P2D']
      : []),
    ...(lockMs < LOCK_MS ? ['its lock is shorter than PT5M'] : []),
    ...(timeToLiveMs < LIFE_MS ? ['messages live shorter than P14D'] : []),
    ...(deadLettersOnExpiry ? [] : ['what expires is lost']),
  ];
  if (wrong.length === 0) return ok(check, 'can be used, its properties are right');
  return failed(check, wrong.join(', '), 'Deploy the queue with the properties of docs/deploy.md.');
}

function judgeError(check: string, error: unknown): CheckResult {
  if (error instanceof DepthUnreadableError && error.code === 'broker.depthsDenied')
    return warning(
      check,
      'can be used; its properties cannot be read',
      'Give the identity the role Azure Service Bus Data Owner for the time of the check.',
    );
  const code = codeOf(error);
  const isMissing = code === 'broker.queueNotFound';
  if (isMissing)
    return failed(check, 'is missing', 'Deploy it with the properties of docs/deploy.md.');
  if (error instanceof QueueUnusableError)
    return failed(
      check,
      error.message,
      'Give the identity the roles Azure Service Bus Data Sender and Data Receiver.',
    );
  return failed(check, `does not answer: ${code}`, 'See ServiceBusConnection and the network.');
}
