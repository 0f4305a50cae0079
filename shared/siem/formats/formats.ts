import { azureMonitor } from './azureMonitor';
import { carbonBlack } from './carbonBlack';
import { cef } from './cef';
import { cortexXdr } from './cortexXdr';
import { crowdstrike } from './crowdstrike';
import { defenderStream } from './defenderStream';
import { elastic } from './elastic';
import type { Format } from './Format';
import { googleSecOps } from './googleSecOps';
import { graphAlert } from './graphAlert';
import { graphIncident } from './graphIncident';
import { graphLegacyAlert } from './graphLegacyAlert';
import { graphNotification } from './graphNotification';
import { huntingResults } from './huntingResults';
import { leef } from './leef';
import { logLine } from './logLine';
import { malwareScan } from './malwareScan';
import { mdeAlert } from './mdeAlert';
import { misp } from './misp';
import { noResults } from './noResults';
import { ocsf } from './ocsf';
import { qradar } from './qradar';
import { sentinelAlert } from './sentinelAlert';
import { sentinelEntities } from './sentinelEntities';
import { sentinelIncident } from './sentinelIncident';
import { sentinelOne } from './sentinelOne';
import { splunk } from './splunk';
import { stix } from './stix';
import { suricata } from './suricata';
import { theHive } from './theHive';
import { wazuh } from './wazuh';
import { xdrIncident } from './xdrIncident';

/** Every known shape, in the order in which they are tried; only then comes the plain form, and the generic rule last. */
export const FORMATS: readonly Format[] = [
  sentinelIncident,
  sentinelAlert,
  sentinelEntities,
  graphAlert,
  graphIncident,
  graphNotification,
  graphLegacyAlert,
  mdeAlert,
  xdrIncident,
  defenderStream,
  huntingResults,
  malwareScan,
  azureMonitor,
  ocsf,
  wazuh,
  elastic,
  splunk,
  theHive,
  qradar,
  googleSecOps,
  misp,
  stix,
  crowdstrike,
  sentinelOne,
  cortexXdr,
  carbonBlack,
  suricata,
  noResults,
  cef,
  leef,
  logLine,
];
