import { sentAlert } from '../entities/Alert';
import { type Answer, errorAnswer, odataAnswer } from '../http/Answer';
import { ODataError } from '../odata/ODataError';
import { ALERT_PROPERTIES } from '../odata/properties';
import { readFilter } from '../odata/readFilter';
import type { ApiCall } from './ApiCall';
import { MAX_PAGE, pageOf, refuseOtherOptions } from './pageOf';

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
    value: fleet.allAlerts
      .filter(isWanted)
      .slice(skip, skip + Math.min(top, behaviour.pageCap))
      .map((alert) => sentAlert(alert, { expanded, future })),
  });
}
