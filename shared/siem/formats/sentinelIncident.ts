import type { Json } from '../../json/Json';
import { asUtc } from './asUtc';
import { defenderAlertId } from './defenderAlert';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';
import { SentinelEntity } from './SentinelEntity';
import { SentinelEntityGraph } from './SentinelEntityGraph';

const INCIDENT_ID = /\/microsoft\.securityinsights\/incidents\//i;
const INCIDENT_TYPE = 'Microsoft.SecurityInsights/Incidents';

/** The second spelling is that of the table SecurityIncident, whose rows name no entities. */
const TIMES = [
  'lastactivitytimeutc',
  'lastactivitytime',
  'firstactivitytimeutc',
  'firstactivitytime',
  'createdtimeutc',
  'createdtime',
];

/** An incident, as the trigger of a playbook or the REST API hands it on. */
export const sentinelIncident: Format = {
  name: 'sentinelIncident',
  matches: (body) => incidentOf(body) !== null,
  read(body) {
    const trigger = triggerOf(body);
    const place = incidentOf(body) ?? trigger;
    const incident = new SentinelEntity(place);
    const sent = trigger.at('eventUniqueId');
    const event = new EventBuilder({
      source: 'microsoft-sentinel',
      eventId: sent.isGiven ? sent : incident.get('id', 'incidentname'),
      observedAt: asUtc(incident.get(...TIMES)),
    });
    event.context('incidentArmId', incident.get('id'));
    event.context('incidentNumber', incident.get('incidentnumber'));
    event.context('incidentName', incident.get('title'));
    event.context('workspaceId', trigger.at('workspaceId'));
    const rules = incident.get('relatedanalyticruleids').json();
    for (const rule of rules.list) event.context('ruleId', rule);
    const alerts = incident.get('alerts').list.map((alert) => new SentinelEntity(alert));
    for (const alert of alerts) event.context('alertName', alert.get('alertdisplayname'));
    const lists = [
      place.at('entities', 'Entities'),
      incident.get('relatedentities'),
      ...[incident, ...alerts].map((each) => each.get('entities')),
    ];
    const graph = new SentinelEntityGraph(
      lists.map((list) => ({ place: list.json(), kind: null })),
    );
    const alertIds = alerts.flatMap((alert) =>
      defenderAlertId(event, alert.get('provideralertid'), alert.get('productname')),
    );
    event.leaveOut(incident.get('alertids').json(), 'entry.notAsked');
    graph.addTo(event, alertIds);
    return event.build();
  },
};

/** Actions of a playbook hand on the whole of what they got, with the trigger as its `body`. */
function triggerOf(body: Json): Place {
  const inner = Place.of(body).at('body');
  return inner.isGiven ? inner : Place.of(body);
}

function incidentOf(body: Json): Place | null {
  const trigger = triggerOf(body);
  const places = [trigger.at('object', 'incident'), trigger];
  return places.find((place) => place.isGiven && isIncident(place)) ?? null;
}

function isIncident(place: Place): boolean {
  if (place.at('type', 'Type').is(INCIDENT_TYPE, 'SecurityIncident')) return true;
  if (INCIDENT_ID.test(place.at('id').text ?? '')) return true;
  return ['incidentNumber', 'relatedEntities'].some(
    (key) => place.at('properties').at(key).isGiven,
  );
}
