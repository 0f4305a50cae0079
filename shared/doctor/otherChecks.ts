import type { StoreClock } from '../clock/StoreClock';
import { MINUTE_MS } from '../clock/durations';
import { AppError } from '../errors/AppError';
import type { QuotaKeeper } from '../quota/QuotaKeeper';
import { failed, ok, warning, type Check } from './Check';

/** Two minutes: tokens and signatures of requests are refused soon after. */
const MAX_SKEW_MS = 2 * MINUTE_MS;

/** What the settings have odd about them; settings that cannot be used stop the app before. */
export function settingsCheck(warnings: readonly string[]): Check {
  const found = warnings.map((text) =>
    warning('settings', text, 'Remove the setting, or correct it.'),
  );
  return () => Promise.resolve(found.length > 0 ? found : [ok('settings', 'all can be read')]);
}

/** This machine's clock against the storage's. */
export function clockCheck(
  clock: Pick<StoreClock, 'aheadMs'>,
  setClock: () => Promise<void>,
): Check {
  return async () => {
    await setClock();
    const { aheadMs } = clock;
    if (aheadMs === null)
      return [warning('clock', 'cannot be compared: storage does not answer', 'See the tables.')];
    const text = `${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? 'behind' : 'ahead of'} the storage's`;
    if (Math.abs(aheadMs) < MAX_SKEW_MS) return [ok('clock', text)];
    return [failed('clock', text, 'Set the clock of this machine.')];
  };
}

/** Whether every calendar of the quota can be read and is planned by the settings of this process. */
export function calendarCheck(keeper: Pick<QuotaKeeper, 'check'>): Check {
  return async () => {
    try {
      if (await keeper.check()) return [ok('quota', 'every calendar can be read')];
      return [warning('quota', 'its calendars cannot be read', 'See the table quota above.')];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const mend = 'It mends itself within an hour: see docs/quota.md.';
      return [warning('quota', `${error.code}: ${error.message}`, mend)];
    }
  };
}
