import type { Health } from '../../../../shared/health/HealthProbe';
import type { Status } from '../../../../shared/health/StatusReport';
import { counted } from './format';

export interface Concern {
  readonly level: 'bad' | 'warn';
  readonly what: string;
  readonly detail: string;
}

/** What somebody has to look at, the worst first; null for what has not been read yet. */
export function concernsOf(
  health: Health | null,
  status: Pick<Status, 'queues' | 'warnings' | 'unreadable' | 'endpoints'> | null,
): readonly Concern[] {
  const all = [...(health ? ofHealth(health) : []), ...(status ? ofStatus(status) : [])];
  return all.toSorted((a, b) => RANK[a.level] - RANK[b.level]);
}

const RANK: Readonly<Record<Concern['level'], number>> = { bad: 0, warn: 1 };

function ofHealth({ dependencies }: Health): readonly Concern[] {
  return dependencies.flatMap(({ name, status, code, detail }) =>
    status === 'ok' || status === 'notChecked'
      ? []
      : [
          {
            level: status === 'down' ? 'bad' : 'warn',
            what: `${name} is ${status}`,
            detail: [code, detail].filter((part) => part !== null).join(': '),
          } as const,
        ],
  );
}

function ofStatus({
  queues,
  warnings,
  unreadable,
  endpoints,
}: Pick<Status, 'queues' | 'warnings' | 'unreadable' | 'endpoints'>): readonly Concern[] {
  const deadLettered = Object.entries(queues).flatMap(([name, depth]) =>
    depth && depth.deadLettered > 0
      ? [
          {
            level: 'bad',
            what: `${counted(depth.deadLettered, 'dead letter')} in ${name}`,
            detail:
              'Housekeeping takes dead letters of the inputs back; npm run replay the others.',
          } as const,
        ]
      : [],
  );
  const pending = Object.values(endpoints).flatMap((endpoint) => endpoint?.pendingSettings ?? []);
  const settings = new Map(pending.map((one) => [one.setting, one]));
  return [
    ...deadLettered,
    ...unreadable.map(({ part, code }) => ({
      level: 'warn' as const,
      what: `${part} could not be read`,
      detail: code,
    })),
    ...[...settings.values()].map(({ setting, stored, configured }) => ({
      level: 'warn' as const,
      what: `${setting} is not in force yet`,
      detail: `configured ${configured}, planned by ${stored}`,
    })),
    ...warnings.map((warning) => ({ level: 'warn' as const, what: 'settings', detail: warning })),
  ];
}
