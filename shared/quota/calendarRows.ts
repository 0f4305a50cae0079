import type { QuotaConfig } from '../config/AppConfig';
import type { EndpointId } from '../defender/endpointIds';

/** Row of the one calendar that all endpoints share. */
export const APPLICATION_ROW = 'cal|*';
/** Row of an endpoint's own calendar. */
export const endpointRow = (endpoint: EndpointId): string => `cal|${endpoint}`;

/** Row of the calendar that the endpoint's calls are planned in. */
export const rowOf = (scope: QuotaConfig['scope'], endpoint: EndpointId): string =>
  scope === 'application' ? APPLICATION_ROW : endpointRow(endpoint);
