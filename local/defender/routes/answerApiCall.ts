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
import type { ApiRoute } from './matchRoute';

/** Parses the arguments and looks up: what is left once a call is authorised and within its quota. */
export function answerApiCall(route: ApiRoute, call: ApiCall): Answer {
  switch (route.endpoint) {
    case 'findByIp':
      return answerFindByIp(route.argument, call);
    case 'ipAlerts':
      return answerIpAlerts(route.argument, call);
    case 'machines':
      return answerMachineList(call);
    case 'alerts':
      return answerAlertList(call);
    case 'alertMachine':
      return answerAlertMachine(route.argument, call);
    case 'fileMachines':
      return answerFileMachines(route.argument, call);
    case 'file':
      return answerFile(route.argument, call);
    case 'machine':
      return answerMachine(route.argument, call);
  }
}
