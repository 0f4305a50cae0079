import { SETTINGS } from '../../shared/config/settings';
import { PRIORITIES } from '../../shared/lookups/Lookup';
import type { CalendarConfig } from '../../shared/quota/calendar/CalendarConfig';
import { CannotStart } from '../settings/CannotStart';
import type { WhatIf } from './report';
import type { Change } from './Scenario';

const CALENDAR_SETTINGS = {
  BULK_PER_TEN_MINUTES: 'bulkPerTenMinutes',
  INTERACTIVE_RESERVE_PER_HOUR: 'reservePerHour',
  INTERACTIVE_RESERVE_PER_MINUTE: 'reservePerMinute',
  DEFENDER_QUOTA_PER_HOUR: 'perHour',
  DEFENDER_QUOTA_PER_MINUTE: 'perMinute',
} as const satisfies Partial<Record<keyof typeof SETTINGS, keyof CalendarConfig>>;
type CalendarSetting = keyof typeof CALENDAR_SETTINGS;

/** What `--if` takes. */
export const CHANGEABLE = [
  ...Object.keys(CALENDAR_SETTINGS),
  'BATCH_MAX_QUESTIONS',
  `priority=${PRIORITIES.join('|')}`,
];

/** Reads `NAME=VALUE[,NAME=VALUE]`. @throws {CannotStart} */
export function readWhatIf(text: string): WhatIf {
  const change = text.split(',').reduce<Change>((soFar, part) => {
    const [name = '', value = ''] = part.split('=').map((side) => side.trim());
    const next = readChange(name, value);
    return { ...soFar, ...next, config: { ...soFar.config, ...next.config } };
  }, {});
  return { label: text, change };
}

function readChange(name: string, value: string): Change {
  if (name === 'priority') {
    const priority = PRIORITIES.find((known) => known === value);
    if (priority) return { priority };
    throw new CannotStart(`--if: priority is ${PRIORITIES.join(', ')}, not "${value}".`);
  }
  if (name === 'BATCH_MAX_QUESTIONS') return { batchMaxQuestions: numberOf(name, value) };
  if (isCalendarSetting(name))
    return { config: { [CALENDAR_SETTINGS[name]]: numberOf(name, value) } };
  throw new CannotStart(`--if takes ${CHANGEABLE.join(', ')}; not "${name}".`);
}

const isCalendarSetting = (name: string): name is CalendarSetting =>
  Object.hasOwn(CALENDAR_SETTINGS, name);

function numberOf(name: CalendarSetting | 'BATCH_MAX_QUESTIONS', value: string): number {
  const read = SETTINGS[name].safeParse(value);
  if (read.success) return read.data;
  throw new CannotStart(`--if: ${name} ${read.error.issues[0]?.message ?? 'cannot be read'}.`);
}

/** What is tried unless changes are asked for. `isShared`: whether others wait, too. */
export function usualWhatIfs(
  config: Pick<CalendarConfig, 'bulkPerTenMinutes' | 'reservePerHour' | 'reservePerMinute'>,
  batchMaxQuestions: number,
  isShared: boolean,
): readonly WhatIf[] {
  const { bulkPerTenMinutes, reservePerHour, reservePerMinute } = config;
  const changes = [
    bulkPerTenMinutes > 0 && 'BULK_PER_TEN_MINUTES=0',
    reservePerHour + reservePerMinute > 0 &&
      'INTERACTIVE_RESERVE_PER_HOUR=0,INTERACTIVE_RESERVE_PER_MINUTE=0',
    batchMaxQuestions > 1 ? 'BATCH_MAX_QUESTIONS=1' : 'BATCH_MAX_QUESTIONS=30',
    isShared && 'priority=high',
  ];
  return [
    ...changes.flatMap((change) => (change === false ? [] : [readWhatIf(change)])),
    { label: 'nothing is found', change: { assume: 'notSeen' } },
  ];
}
