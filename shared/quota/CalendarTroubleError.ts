import { AppError } from '../errors/AppError';
import { isPlausible } from './calendar/origin';
import type { CalendarState } from './calendar/CalendarState';
import { amnesiaOf, pendingOf, type Onlooker } from './CalendarStatus';

const TROUBLES = {
  'quota.rowUnreadable':
    'could not be read: it is set aside, and the endpoint is closed until calls made before no longer count',
  'quota.rowLost':
    'was gone, and with it the calls of the hour: the endpoint is closed until they no longer count',
  'quota.settingsPending': 'is planned by other settings than those of this process',
} as const;

/** A calendar does not do what it is configured to do. */
export class CalendarTroubleError extends AppError {
  override readonly name = 'CalendarTroubleError';

  constructor(
    row: string,
    readonly code: keyof typeof TROUBLES,
  ) {
    super(`Calendar ${row} ${TROUBLES[code]}.`);
  }
}

/** `state` null: the row cannot be read. @throws {CalendarTroubleError} */
export function assertSound(row: string, state: CalendarState | null, onlooker: Onlooker): void {
  if (!state || !isPlausible(state, onlooker.now))
    throw new CalendarTroubleError(row, 'quota.rowUnreadable');
  const amnesia = amnesiaOf(state, onlooker.now);
  if (amnesia) throw new CalendarTroubleError(row, `quota.${amnesia}`);
  if (pendingOf(state, onlooker).length > 0)
    throw new CalendarTroubleError(row, 'quota.settingsPending');
}
