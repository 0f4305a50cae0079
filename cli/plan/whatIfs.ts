import type { Environment } from '../../shared/config/AppConfig';
import { parseConfig } from '../../shared/config/parseConfig';
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
  return text.split(',').reduce<WhatIf>(
    ({ label, change, settings }, part) => {
      const [name = '', ...others] = part.split('=').map((side) => side.trim());
      const value = others.join('=');
      const next = readChange(name, value);
      return {
        label,
        change: { ...change, ...next, config: { ...change.config, ...next.config } },
        settings: name === 'priority' ? settings : { ...settings, [name]: value },
      };
    },
    { label: text, change: {}, settings: {} },
  );
}

/** A plan by settings that the app would not start with holds for nothing. @throws {CannotStart} */
export function checkWhatIfs(whatIfs: readonly WhatIf[], env: Environment): void {
  for (const { label, settings } of whatIfs) {
    const parsed = parseConfig({ ...env, ...settings });
    if (parsed.ok) continue;
    const problems = parsed.problems.map(({ setting, message }) => `  ${setting} ${message}`);
    throw new CannotStart(
      `--if ${label}: the app would not start with these settings. Change those that go with them, too.\n${problems.join('\n')}`,
    );
  }
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
    { label: 'nothing is found', change: { assume: 'notSeen' }, settings: {} },
  ];
}
