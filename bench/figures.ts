import os from 'node:os';
import { percentile } from '../local/simulation/WorldReport';

export const number = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** What else kept the machine busy, the bench included. */
export function machineLoad(): string {
  const [, load = 0] = os.loadavg();
  return `Load of the machine over five minutes: ${number(load, 1)} on ${os.cpus().length} cores.`;
}
