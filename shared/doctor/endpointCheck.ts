import { callResultOf } from '../calls/FailedCalls';
import type { Clock } from '../clock/Clock';
import type { DefenderClient } from '../defender/DefenderClient';
import {
  DefenderForbiddenError,
  DefenderRejectedError,
  DefenderThrottledError,
  DefenderUnauthorizedError,
  DefenderError,
} from '../defender/defenderErrors';
import type { DefenderQuery } from '../defender/DefenderQuery';
import { ENDPOINT_IDS, type EndpointId } from '../defender/endpointIds';
import { endpoints } from '../defender/endpoints';
import { AlertId } from '../indicators/AlertId';
import { FileHash } from '../indicators/FileHash';
import type { ParsedIndicator } from '../indicators/IndicatorProblem';
import { Ip } from '../indicators/Ip';
import { MachineId } from '../indicators/MachineId';
import type { Quota } from '../quota/Quota';
import { QuotaUnavailableError } from '../quota/QuotaUnavailableError';
import { TokenUnavailableError } from '../identity/TokenUnavailableError';
import { failed, ok, warning, type Check, type CheckResult } from './Check';

export interface EndpointCheckDeps {
  readonly quota: Pick<Quota, 'take' | 'awaitSlot' | 'report'>;
  readonly defender: Pick<DefenderClient, 'call'>;
  readonly clock: Pick<Clock, 'now'>;
}

const MAX_WAIT_MS = 5_000;
/** Of nothing that there is. */
const DIGEST = '0d'.repeat(20);

/** One harmless call of each endpoint, about what does not exist, with a ticket of the interactive lane. */
export function endpointCheck(deps: EndpointCheckDeps): Check {
  return () => Promise.all(ENDPOINT_IDS.map((endpoint) => examine(endpoint, deps)));
}

async function examine(
  endpoint: EndpointId,
  { quota, defender, clock }: EndpointCheckDeps,
): Promise<CheckResult> {
  const { label, roles } = endpoints[endpoint];
  const check = `endpoint ${label}`;
  const grant = `Grant the application one of ${roles.join(', ')}.`;
  try {
    const taken = await quota.take({ lane: 'interactive', endpoint, maxWaitMs: MAX_WAIT_MS });
    if (taken.outcome === 'denied') return failed(check, 'Defender refuses its rights', grant);
    if (taken.outcome !== 'granted')
      return warning(check, 'not called: no slot of the quota is free', 'Run it again later.');
    const { ticket } = taken;
    const slot = await quota.awaitSlot(ticket, { holdMs: 2 * MAX_WAIT_MS });
    if (slot.outcome === 'denied') return failed(check, 'Defender refuses its rights', grant);
    if (slot.outcome !== 'call')
      return warning(check, 'not called: its slot was moved', 'Run it again.');
    const query = queryOf(endpoint, clock.now());
    const result = await defender.call(query).then(
      () => null,
      (error: unknown) => error,
    );
    const told = result === null ? null : callResultOf({ step: 'machineList', query }, result);
    if (result === null) await quota.report(ticket, { outcome: 'answered' });
    else if (told) await quota.report(ticket, told);
    return result === null ? ok(check, 'answers') : judge(check, result, grant);
  } catch (error) {
    if (!(error instanceof QuotaUnavailableError)) throw error;
    return warning(check, 'not called: the quota cannot be read', 'See the table quota below.');
  }
}

function judge(check: string, error: unknown, grant: string): CheckResult {
  if (error instanceof DefenderRejectedError) return ok(check, 'answers');
  if (error instanceof TokenUnavailableError)
    return failed(check, 'not called: there is no token', 'See the token above.');
  if (!(error instanceof DefenderError)) throw error;
  const { message } = error;
  if (error.status === 404) return ok(check, 'answers');
  if (error instanceof DefenderForbiddenError)
    return failed(check, message, error.isRoleMissing ? grant : 'See the token above.');
  if (error instanceof DefenderUnauthorizedError)
    return failed(
      check,
      message,
      'See whether the tenant is active and licensed, and DEFENDER_CLOUD is its cloud.',
    );
  if (error instanceof DefenderThrottledError)
    return warning(
      check,
      message,
      'Something else uses the quota: lower DEFENDER_QUOTA_PER_MINUTE.',
    );
  return failed(
    check,
    message,
    'See DEFENDER_CLOUD and DEFENDER_REGION, and whether the network lets the app out.',
  );
}

function queryOf(endpoint: EndpointId, now: number): DefenderQuery {
  const ip = valueOf(Ip.parse('10.255.255.254'));
  const hash = valueOf(FileHash.parse(DIGEST));
  const alertId = valueOf(AlertId.parse('da637000000000000001_1'));
  switch (endpoint) {
    case 'findByIp':
      return { endpoint, ip, at: now };
    case 'ipAlerts':
      return { endpoint, ip };
    case 'machines':
      return { endpoint, filter: null, top: 1, skip: 0 };
    case 'alerts':
      return { endpoint, ids: [alertId], top: 1 };
    case 'alertMachine':
      return { endpoint, alertId };
    case 'fileMachines':
      return { endpoint, sha1: hash };
    case 'file':
      return { endpoint, hash };
    case 'machine':
      return { endpoint, id: valueOf(MachineId.parse(DIGEST)) };
  }
}

function valueOf<T>(parsed: ParsedIndicator<T>): T {
  if (parsed.ok) return parsed.indicator;
  throw new TypeError(`Cannot make a harmless question: ${parsed.problem.code}`);
}
