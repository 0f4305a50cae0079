import { spelling } from '../spellings';
import { asUtc } from './asUtc';
import { azureMachineOf } from './azureMachine';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';

const COMMON_SCHEMA = 'azureMonitorCommonAlertSchema';
/** The form of log alerts without it. */
const LOG_ALERT = 'Microsoft.Insights/LogAlert';
const TIMES = ['timegenerated', 'timestamp'];
/** Columns of Log Analytics, its normalised schema (ASIM) and of Sentinel's rules, in lower case without underscores. */
const DEVICE_IDS = ['deviceid', 'mdatpdeviceid'];
const DEVICE_NAMES = [
  'computer',
  'hostname',
  'devicename',
  'fqdn',
  'dvchostname',
  'dvcfqdn',
  'hostcustomentity',
];
const OWN_ADDRESSES = ['computerip', 'hostip', 'dvcipaddr', 'localip'];
const ADDRESSES = [
  'ip',
  'ipaddress',
  'clientip',
  'clientipaddress',
  'callerip',
  'calleripaddress',
  'sourceip',
  'sourceipaddress',
  'srcipaddr',
  'destinationip',
  'destinationipaddress',
  'dstipaddr',
  'remoteip',
  'ipcustomentity',
];
const DIGESTS = ['sha1', 'sha256', 'md5', 'filehash', 'filehashcustomentity'];

/** An alert of Azure Monitor in the common alert schema, or a log alert without it. */
export const azureMonitor: Format = {
  name: 'azureMonitor',
  matches: (body) => Place.of(body).at('schemaId').is(COMMON_SCHEMA, LOG_ALERT),
  read(body) {
    const alert = Place.of(body);
    const essentials = alert.at('data.essentials');
    const details = alert.at('data.alertContext', 'data');
    const event = new EventBuilder({
      source: 'azure-monitor',
      eventId: essentials.at('alertId'),
      observedAt: alert.at(
        'data.alertContext.condition.windowEndTime',
        'data.essentials.firedDateTime',
      ),
    });
    event.context('alertId', essentials.at('alertId'));
    event.context('ruleName', alert.at('data.essentials.alertRule', 'data.AlertRuleName'));
    addTarget(event, essentials);
    for (const condition of details.at('condition.allOf').list) {
      addDimensions(event, condition.at('dimensions'));
    }
    addDimensions(event, details.at('Dimensions'));
    for (const table of details.at('SearchResults.tables', 'SearchResult.tables').list)
      addTable(event, table);
    return event.build();
  },
};

function addTarget(event: EventBuilder, essentials: Place): void {
  const targets = essentials.at('alertTargetIDs').list;
  const isMachine = targets.some(({ text }) => azureMachineOf(text) !== null);
  const names = essentials.at('configurationItems');
  if (isMachine) for (const name of names.list) event.device({ name });
}

function addDimensions(event: EventBuilder, dimensions: Place): void {
  const cells = dimensions.list.map((each) => [each.at('name').text, each.at('value')] as const);
  addRow(event, cells);
}

function addTable(event: EventBuilder, table: Place): void {
  const names = table.at('columns').list.map((column) => column.at('name').text);
  for (const row of table.at('rows').list) {
    addRow(
      event,
      row.list.map((value, index) => [names[index] ?? null, value] as const),
    );
  }
}

/** One row is about one machine, any addresses and one file. */
function addRow(event: EventBuilder, cells: readonly (readonly [string | null, Place])[]): void {
  const at = (names: readonly string[]): readonly Place[] =>
    cells.flatMap(([name, value]) => (names.includes(spelling(name ?? '')) ? [value] : []));
  const [seenAt = Place.of(null)] = at(TIMES);
  event.device({
    mdeDeviceId: at(DEVICE_IDS),
    name: at(DEVICE_NAMES),
    ips: at(OWN_ADDRESSES),
    seenAt: asUtc(seenAt),
  });
  event.ip(at(ADDRESSES), asUtc(seenAt));
  event.file({ hashes: at(DIGESTS), seenAt: asUtc(seenAt) });
}
