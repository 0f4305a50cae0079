import { relative } from 'node:path';
import type { Emulators } from './startEmulators';
import type { Functions } from './Functions';
import type { RunFolder } from './RunFolder';

/** Everything that runs and where. */
export function addressLines(
  { serviceBus, defender }: Emulators,
  { origins, inspector }: Pick<Functions, 'origins' | 'inspector'>,
  folder: RunFolder,
): string {
  const lines = [
    ...origins.map((origin, index) => [`Functions ${index + 1}`, `${origin}/api/health`]),
    ['Page', `${origins[0] ?? ''}/api/start`],
    ['Dashboard', dashboardOf(origins[0] ?? '')],
    ...(inspector === null ? [] : [['Debugger', inspector]]),
    ['Service Bus', serviceBus.connectionString],
    ['Queues', `http://127.0.0.1:${serviceBus.httpPort}/queues`],
    ['Defender', defender.origin],
    ['Logs', relative(process.cwd(), folder.path)],
  ];
  return lines.map(([name = '', value = '']) => `${name.padEnd(13)} ${value}`).join('\n');
}

const dashboardOf = (origin: string): string => `${origin}/api/dashboard`;

/** What to try next, to be copied: right in every shell. */
export function nextSteps(origin: string, folder: RunFolder): string {
  // In Windows PowerShell plain `curl` is something else.
  const curl = process.platform === 'win32' ? 'curl.exe' : 'curl';
  const commands = [
    [`${curl} -s ${origin}/api/ips/10.1.2.3/machines`, 'a lookup'],
    ['npm run send local/samples/my-message.json', 'a message of yours: what becomes of it'],
    [`${curl} -s ${origin}/api/status`, 'quota and queues'],
  ] as const;
  const width = Math.max(...commands.map(([command]) => command.length));
  return [
    'Try:',
    ...commands.map(([command, what]) => `  ${command.padEnd(width)}   ${what}`),
    '',
    `Watch it: ${dashboardOf(origin)}`,
    `Logs of the functions: ${relative(process.cwd(), folder.logOf(0))}`,
    'What comes now gets its row here; records stay on their queue. Everything stays up until Ctrl-C.',
  ].join('\n');
}
