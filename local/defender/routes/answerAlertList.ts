import { type Alert, sentAlert } from '../entities/Alert';
import { type Answer, errorAnswer, odataAnswer } from '../http/Answer';
import { ODataError } from '../odata/ODataError';
import { ALERT_PROPERTIES } from '../odata/properties';
import { readFilter } from '../odata/readFilter';
import type { ApiCall } from './ApiCall';
import { allRows, isListed, MAX_PAGE, pageOf, refuseOtherOptions } from './pageOf';

const OPTIONS = ['$filter', '$top', '$skip', '$expand'];

/** The list of alerts: `$filter`, then `$skip`, then `$top`. */
export function answerAlertList(call: ApiCall): Answer {
  try {
    return listAlerts(call);
  } catch (error) {
    if (error instanceof ODataError) return errorAnswer(400, 'ODataError', error.message);
    throw error;
  }
}

function listAlerts(call: ApiCall): Answer {
  const { query, fleet, behaviour, base } = call;
  refuseOtherOptions(call, (option) => OPTIONS.includes(option));
  const { top = MAX_PAGE, skip } = pageOf(call);
  const filter = query.get('$filter');
  const isWanted = filter === null ? () => true : readFilter(filter, ALERT_PROPERTIES, behaviour);
  const expanded = query.get('$expand') === 'evidence';
  const future = behaviour.shape === 'future';
  return odataAnswer({
    '@odata.context': `${base}/api/$metadata#Alerts`,
    value: allRows(fleet.allAlerts.filter(isListed(behaviour)).filter(isWanted), call)
      .slice(skip, skip + Math.min(top, behaviour.pageCap))
      .map((alert) => sentAlert(listedAlert(alert, call), { expanded, future })),
  });
}

function listedAlert(alert: Alert, { behaviour, random }: ApiCall): Alert {
  if (behaviour.idCase === 'stable' || random.next() < 0.5) return alert;
  const { id, machineId } = alert;
  return { ...alert, id: id.toUpperCase(), machineId: machineId?.toUpperCase() ?? null };
}
