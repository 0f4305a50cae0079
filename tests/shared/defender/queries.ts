import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import type { EndpointId } from '../../../shared/defender/endpointIds';
import { AlertId } from '../../../shared/indicators/AlertId';
import { FileHash } from '../../../shared/indicators/FileHash';
import type { ParsedIndicator } from '../../../shared/indicators/IndicatorProblem';
import { Ip } from '../../../shared/indicators/Ip';
import { MachineId } from '../../../shared/indicators/MachineId';

export function valid<T>(parsed: ParsedIndicator<T>): T {
  if (parsed.ok) return parsed.indicator;
  throw new Error(parsed.problem.message);
}

const sha1 = valid(FileHash.parse('3395856ce81f2b7382dee72602f798b642f14140'));
const alertId = valid(AlertId.parse('da637472900382838869_1364969609'));

export const ip = (text: string) => valid(Ip.parse(text));

/** One query for each endpoint. */
export const queries = {
  findByIp: { endpoint: 'findByIp', ip: ip('10.1.2.3'), at: Date.UTC(2026, 10, 20, 8, 15) },
  ipAlerts: { endpoint: 'ipAlerts', ip: ip('10.1.2.3') },
  machines: { endpoint: 'machines', filter: null, top: 1000, skip: 0 },
  alerts: { endpoint: 'alerts', ids: [alertId], top: 1000 },
  alertMachine: { endpoint: 'alertMachine', alertId },
  fileMachines: { endpoint: 'fileMachines', sha1 },
  file: { endpoint: 'file', hash: sha1 },
  machine: {
    endpoint: 'machine',
    id: valid(MachineId.parse('1e5bc9d7e413ddd7902c2932e418702b84d0cc07')),
  },
} as const satisfies Record<EndpointId, DefenderQuery>;
