/** What the processes that this one started and that still run have taken; by Linux's /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the machine. */
const TICK_MS = 10;

/** CPU time of one; NaN where the system does not tell. */
export function processCpuMs(pid: number): number {
  try {
    return cpuMs(String(pid));
  } catch {
    return NaN;
  }
}

/** The high-water mark of the resident set of the largest; null where the system does not tell. */
export function childrenPeakMb(): number | null {
  const peaks = ofChildren(peakKb);
  return peaks && Math.round(Math.max(...peaks) / 1024);
}

function ofChildren(read: (pid: string) => number): number[] | null {
  try {
    return readdirSync('/proc/self/task')
      .flatMap((task) =>
        readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
      )
      .map(read);
  } catch {
    return null;
  }
}

function cpuMs(pid: string): number {
  // Behind the name, which may hold anything: 12 fields on, user and system time (proc(5)).
  const [user = NaN, system = NaN] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) * TICK_MS;
}

function peakKb(pid: string): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}
