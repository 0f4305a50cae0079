import { fork } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';

/**
 * Runs `file` once for each request, in processes of their own, as many at a time as there are cores. Each gets its
 * request as JSON in its first argument and sends its result.
 * @returns the results in the order of the requests
 */
export async function inProcesses<T>(
  file: string,
  requests: readonly unknown[],
  onResult: (done: number) => void,
): Promise<readonly T[]> {
  const results = new Array<T>(requests.length);
  const queue = requests.map((request, index) => ({ request, index }));
  let done = 0;
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const child = fork(file, [JSON.stringify(next.request)]);
      const ended = once(child, 'exit').then(([code]) => {
        throw new Error(`${JSON.stringify(next?.request)} ended with ${String(code)}`);
      });
      const [result] = (await Promise.race([once(child, 'message'), ended])) as [T]; // what `file` sends
      ended.catch(() => undefined);
      results[next.index] = result;
      onResult((done += 1));
    }
  };
  await Promise.all(os.cpus().map(work));
  return results;
}
