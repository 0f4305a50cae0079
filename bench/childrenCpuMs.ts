import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the machine. */
const TICK_MS = 10;

/** CPU time of all processes that this one started and that still run; NaN where the system does not tell. */
export function childrenCpuMs(): number {
  try {
    const pids = readdirSync('/proc/self/task').flatMap((task) =>
      readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
  } catch {
    return NaN;
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
