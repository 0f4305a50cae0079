import { azureMonitor } from './azureMonitor';
import { defenderStream } from './defenderStream';
import type { Format } from './Format';
import { graphAlert } from './graphAlert';
import { graphIncident } from './graphIncident';
import { graphLegacyAlert } from './graphLegacyAlert';
import { graphNotification } from './graphNotification';
import { huntingResults } from './huntingResults';
import { malwareScan } from './malwareScan';
import { mdeAlert } from './mdeAlert';
import { sentinelAlert } from './sentinelAlert';
import { sentinelEntities } from './sentinelEntities';
import { sentinelIncident } from './sentinelIncident';
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
  wazuh,
];
