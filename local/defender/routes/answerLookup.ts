import { sentAlert } from '../entities/Alert';
import { futureFile } from '../entities/KnownFile';
import { futureMachine, type Machine } from '../entities/Machine';
import { canonicalIp } from '../fleet/canonicalIp';
import { type Answer, errorAnswer, odataAnswer } from '../http/Answer';
import type { ApiCall } from './ApiCall';

/** Every format seen live: `da…_…`, `ar…_…`, `da<guid>_1`, and without a prefix; the last part may be negative. */
const ALERT_ID = /^(?:(?:[a-z]{2})?[\da-f-]{18,}_-?\d+|[a-z]{2}[\da-f-]{36})$/i;
const MISTYPED_STATUS = { healthStatus: 5, onboardingStatus: 3, mergedIntoMachineId: ['b'] };
const HASH_LENGTHS = { sha1: 40, sha256: 64, md5: 32 } as const;

export function machinesAnswer(
  machines: readonly Machine[],
  call: ApiCall,
  annotations: Readonly<Record<`@odata.${string}`, unknown>> = {},
): Answer {
  return odataAnswer({
    '@odata.context': `${call.base}/api/$metadata#Machines`,
    value: machines.map((machine) => listedMachine(machine, call)),
    ...annotations,
  });
}

/** Of a list that is asked for whole; where it is cut short, it links to what is left (live: not known). */
export function wholeListAnswer(machines: readonly Machine[], call: ApiCall): Answer {
  const { pageCap } = call.behaviour;
  const link = `${call.base}/api/machines?$skip=${pageCap}`;
  const isCut = machines.length > pageCap;
  return machinesAnswer(machines.slice(0, pageCap), call, isCut ? { '@odata.nextLink': link } : {});
}

/** By id, or by computer name: of several with the name, the first known (live: unknown). */
export function answerMachine(idOrName: string, call: ApiCall): Answer {
  const machine = call.fleet.machine(idOrName) ?? call.fleet.machinesNamed(idOrName)[0];
  return machine ? machineAnswer(machine, call) : notFound(`Machine ${idOrName}`);
}

export function answerAlertMachine(alertId: string, call: ApiCall): Answer {
  const alert = call.fleet.alert(alertId);
  if (!alert) {
    const malformed = !ALERT_ID.test(alertId) && call.behaviour.malformedAlertId === 'reject';
    return malformed
      ? errorAnswer(400, 'InvalidInput', `Invalid input ${alertId}`)
      : notFound(`Alert ${alertId}`);
  }
  const machine = alert.machineId === null ? undefined : call.fleet.machine(alert.machineId);
  return machine
    ? machineAnswer(machine, call)
    : notFound(`Machine ${alert.machineId ?? `of alert ${alertId}`}`);
}

export function answerIpAlerts(ip: string, { fleet, behaviour, base, query }: ApiCall): Answer {
  if (canonicalIp(ip) === undefined) {
    return errorAnswer(400, 'InvalidIpAddress', `IP address ${ip} is invalid`);
  }
  const expanded = behaviour.ipAlertsExpand === 'answer' && query.get('$expand') === 'evidence';
  const future = behaviour.shape === 'future';
  return odataAnswer({
    // The odd name is the live one, not `#Alerts`.
    '@odata.context': `${base}/api/$metadata#AlertEntitySetName`,
    value: fleet.alertsNaming(ip).map((alert) => sentAlert(alert, { expanded, future })),
  });
}

export function answerFileMachines(hash: string, call: ApiCall): Answer {
  const kind = hashKind(hash);
  if (kind === 'sha1') return wholeListAnswer(call.fleet.machinesWithFile(hash), call);
  const unknown = kind !== undefined && call.behaviour.fileMachinesByOtherHash === 'empty';
  return unknown ? machinesAnswer([], call) : invalidHash(hash);
}

export function answerFile(hash: string, { fleet, behaviour, base }: ApiCall): Answer {
  const kind = hashKind(hash);
  if (kind === undefined || (kind === 'md5' && behaviour.fileByMd5 === 'reject')) {
    return invalidHash(hash);
  }
  const file = fleet.file(hash);
  if (!file) return notFound(`File ${hash}`);
  const sent = behaviour.shape === 'future' ? futureFile(file) : file;
  return odataAnswer({ '@odata.context': `${base}/api/$metadata#Files/$entity`, ...sent });
}

const machineAnswer = (machine: Machine, call: ApiCall): Answer =>
  odataAnswer({
    '@odata.context': `${call.base}/api/$metadata#Machines/$entity`,
    ...sentMachine(shownFor(machine, call), call),
  });

const shownFor = (machine: Machine, { behaviour, fleet }: ApiCall): Machine =>
  fleet.machine(behaviour.mistaken[machine.id] ?? machine.id) ?? machine;

const sentMachine = (machine: Machine, { behaviour }: ApiCall): object => ({
  ...(behaviour.shape === 'future' ? futureMachine(machine) : machine),
  ...(behaviour.statusMistyped.includes(machine.id) && MISTYPED_STATUS),
});

/** As lists show it, which are less reliable than a record alone. */
function listedMachine(meant: Machine, call: ApiCall): object {
  const machine = shownFor(meant, call);
  const { rowsWithoutId, rowsMistyped, idCase } = call.behaviour;
  const sent = sentMachine(machine, call);
  if (rowsWithoutId.includes(machine.id)) return { ...sent, id: undefined };
  const isUpper = idCase === 'flips' && call.random.next() < 0.5;
  return {
    ...sent,
    id: isUpper ? machine.id.toUpperCase() : machine.id,
    ...(rowsMistyped.includes(machine.id) && { lastSeen: 1_769_825_400, riskScore: 3 }),
  };
}

const notFound = (what: string): Answer =>
  errorAnswer(404, 'ResourceNotFound', `${what} was not found`);

const invalidHash = (hash: string): Answer =>
  errorAnswer(400, 'InvalidHashValue', `Hash value ${hash} is invalid`);

function hashKind(hash: string): keyof typeof HASH_LENGTHS | undefined {
  if (!/^[\da-f]+$/i.test(hash)) return undefined;
  return (['sha1', 'sha256', 'md5'] as const).find((kind) => HASH_LENGTHS[kind] === hash.length);
}
