import { Doctor } from '../doctor/Doctor';
import { endpointCheck } from '../doctor/endpointCheck';
import { calendarCheck, clockCheck, settingsCheck } from '../doctor/otherChecks';
import { queueCheck } from '../doctor/queueCheck';
import { storageCheck } from '../doctor/storageCheck';
import { tokenCheck } from '../doctor/tokenCheck';
import { versionCheck } from '../doctor/versionCheck';
import { createQueueProperties } from '../messaging/createQueueDepths';
import type { ServiceBusSenders } from '../messaging/createServiceBusSenders';
import type { QuotaKeeper } from '../quota/QuotaKeeper';
import type { DefenderAccess } from './createDefender';
import type { Stores } from './createStores';
import type { Foundation } from './Foundation';

export interface DoctorFrom {
  readonly stores: Stores;
  readonly access: DefenderAccess;
  readonly keeper: QuotaKeeper;
  readonly senders: ServiceBusSenders;
}

/** Everything that the app needs to work, looked at with its own identity. */
export function createDoctor(
  { config, secrets, warnings, clock }: Foundation,
  { stores, access, keeper, senders }: DoctorFrom,
): Doctor {
  const { tokens, defender, transport } = access;
  const properties = createQueueProperties({ config, secrets, transport });
  return new Doctor({
    clock,
    checks: {
      settings: settingsCheck(warnings),
      token: tokenCheck({ tokens, defender: config.defender }),
      endpoints: endpointCheck({ quota: keeper, defender, clock }),
      storage: storageCheck(stores.storage),
      queues: queueCheck({ queues: config.queues, senders, properties }),
      clock: clockCheck(clock, () => keeper.setClock()),
      quota: calendarCheck(keeper),
      versions: versionCheck(process.version, clock),
    },
  });
}
