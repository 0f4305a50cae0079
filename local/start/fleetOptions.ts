import { NO_CHURN } from '../defender/fleet/churnFleet';
import type { DefenderSimulatorOptions } from '../defender/startDefenderSimulator';
import { readWholeNumber } from './portOptions';

/** For `parseArgs`. */
export const FLEET_OPTIONS = {
  machines: { type: 'string', default: '250' },
  churn: { type: 'string', default: '0' },
} as const;

export const FLEET_HELP = `  --machines N         machines of the simulated fleet (default: 250)
  --churn N            before each page of the list of machines, N come, N go and N report (default: 0)`;

export type FleetOptions = Pick<DefenderSimulatorOptions, 'machines' | 'churn'>;

/** @throws Error naming the option if its value is not such a number */
export function readFleet(values: {
  readonly machines: string;
  readonly churn: string;
}): FleetOptions {
  const churn = readWholeNumber('churn', values.churn, { min: 0, max: 10_000 });
  return {
    machines: readWholeNumber('machines', values.machines, { min: 1, max: 100_000 }),
    churn: { ...NO_CHURN, added: churn, removed: churn, seen: churn },
  };
}
