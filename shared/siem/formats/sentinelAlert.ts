import type { Json } from '../../json/Json';
import { asUtc } from './asUtc';
import { azureMachineOf } from './azureMachine';
import { defenderAlertId, isDefenderProduct } from './defenderAlert';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';
import { SentinelEntity } from './SentinelEntity';
import { SentinelEntityGraph } from './SentinelEntityGraph';

const ID_KEYS = ['SystemAlertId', 'systemAlertId', 'properties.systemAlertId'];
/** What an alert has besides its id, in any case. */
const NAMES = ['alertdisplayname', 'alertname', 'displayname', 'alerttype'];
const TIMES = [
  'endtimeutc',
  'endtime',
  'starttimeutc',
  'starttime',
  'timegenerated',
  'timegeneratedutc',
];

/**
 * An alert as the alert trigger of a playbook, a row of the table SecurityAlert, and Defender for Cloud's exports have it.
 * `TenantId` is the workspace there.
 */
export const sentinelAlert: Format = {
  name: 'sentinelAlert',
  matches(body) {
    const place = placeOf(body);
    return place.at(...ID_KEYS).isGiven && new SentinelEntity(place).get(...NAMES).isGiven;
  },
  read(body) {
    const alert = new SentinelEntity(placeOf(body));
    const event = new EventBuilder({
      source: 'microsoft-sentinel',
      eventId: alert.get('systemalertid'),
      observedAt: asUtc(alert.get(...TIMES)),
    });
    addContext(event, alert);
    const graph = new SentinelEntityGraph([{ place: alert.get('entities').json(), kind: null }]);
    const product = alert.get('productname', 'providername');
    const given = alert.get('vendororiginalid', 'provideralertid');
    // Sentinel's own id cannot be looked up, but its record states what to send instead.
    const own = isDefenderProduct(product) ? alert.get('systemalertid') : given;
    const alertIds = defenderAlertId(event, given.isGiven ? given : own, product);
    const name = graph.hasHost ? null : machineNameOf(alert, isDefenderProduct(product));
    if (name) event.device({ name, alertId: alertIds });
    graph.addTo(event, name ? [] : alertIds);
    return event.build();
  },
};

/** Actions of a playbook hand on the whole of what they got. */
function placeOf(body: Json): Place {
  const inner = Place.of(body).at('body', 'object');
  return inner.isGiven ? inner : Place.of(body);
}

function addContext(event: EventBuilder, alert: SentinelEntity): void {
  const more = alert.get('extendedproperties').json();
  event.context('systemAlertId', alert.get('systemalertid'));
  event.context('alertName', alert.get(...NAMES));
  event.context('ruleName', more.at('Analytic Rule Name'));
  for (const id of more.at('Analytic Rule Ids').json().list) event.context('ruleId', id);
  event.context('workspaceId', alert.get('workspaceid'));
  event.context('workspaceSubscriptionId', alert.get('workspacesubscriptionid'));
  event.context('workspaceResourceGroup', alert.get('workspaceresourcegroup'));
}

/** The compromised entity is a machine if the alert's resource is, or if Defender for Endpoint raised it. */
function machineNameOf(alert: SentinelEntity, isDefender: boolean): Place | null {
  const name = alert.get('compromisedentity');
  if (name.text === null) return null;
  const resources = [
    alert.get('resourceid'),
    ...alert
      .get('resourceidentifiers')
      .list.map((each) => new SentinelEntity(each).get('azureresourceid')),
  ];
  const isMachine = resources.some(
    ({ text }) => azureMachineOf(text)?.toLowerCase() === name.text?.toLowerCase(),
  );
  return isMachine || isDefender ? name : null;
}
