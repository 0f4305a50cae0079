import { WAIT_MS } from '../calls/waiting';
import type { AppConfig } from '../config/AppConfig';
import { DEFENDER_CLOUDS } from '../config/defenderClouds';
import type { LookupSettings } from '../lookups/LookupRunner';
import type { TakeInSettings } from '../siem/Arrival';

export type TakenLookupSettings = LookupSettings & TakeInSettings;

/** What lookups go by, from intake to record. */
export function lookupSettings({ lookups, defender }: AppConfig): TakenLookupSettings {
  const { portalOrigin } = DEFENDER_CLOUDS[defender.cloud];
  return { ...lookups, portalOrigin, leadMs: WAIT_MS.lead, tenantId: defender.tenantId };
}
