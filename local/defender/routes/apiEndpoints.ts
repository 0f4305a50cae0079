import type { Answer } from '../http/Answer';
import { answerAlertList } from './answerAlertList';
import { answerFindByIp } from './answerFindByIp';
import {
  answerAlertMachine,
  answerFile,
  answerFileMachines,
  answerIpAlerts,
  answerMachine,
} from './answerLookup';
import { answerMachineList } from './answerMachineList';
import type { ApiCall } from './ApiCall';

interface EndpointRow {
  /** Below `/api/`, in lower case; `{}` is the argument. */
  readonly path: string;
  /** Any of these suffices. */
  readonly roles: readonly string[];
  /**
   * Answers a call that is authorised and within its quota. `argument`: the decoded path segment, for findByIp the whole
   * function call, '' if there is none.
   */
  readonly answer: (argument: string, call: ApiCall) => Answer;
}

const MACHINE_ROLES = ['Machine.Read.All', 'Machine.ReadWrite.All'];
const ALERT_ROLES = ['Alert.Read.All', 'Alert.ReadWrite.All'];

export const API_ENDPOINTS = {
  findByIp: { path: 'machines/findbyip()', roles: MACHINE_ROLES, answer: answerFindByIp },
  ipAlerts: { path: 'ips/{}/alerts', roles: ALERT_ROLES, answer: answerIpAlerts },
  machines: {
    path: 'machines',
    roles: MACHINE_ROLES,
    answer: (_none, call) => answerMachineList(call),
  },
  alerts: { path: 'alerts', roles: ALERT_ROLES, answer: (_none, call) => answerAlertList(call) },
  alertMachine: { path: 'alerts/{}/machine', roles: MACHINE_ROLES, answer: answerAlertMachine },
  fileMachines: { path: 'files/{}/machines', roles: MACHINE_ROLES, answer: answerFileMachines },
  file: { path: 'files/{}', roles: ['File.Read.All'], answer: answerFile },
  machine: { path: 'machines/{}', roles: MACHINE_ROLES, answer: answerMachine },
} as const satisfies Readonly<Record<string, EndpointRow>>;

export type ApiEndpoint = keyof typeof API_ENDPOINTS;
export const API_ENDPOINT_NAMES = Object.keys(API_ENDPOINTS) as readonly ApiEndpoint[]; // its own keys
