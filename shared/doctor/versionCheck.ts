import { version as functions } from '@azure/functions/package.json';
import { version as identity } from '@azure/identity/package.json';
import { version as serviceBus } from '@azure/service-bus/package.json';
import { version as blobs } from '@azure/storage-blob/package.json';
import { version as tables } from '@azure/data-tables/package.json';
import { version as app } from '../../package.json';
import { DAY_MS } from '../clock/durations';
import type { Clock } from '../clock/Clock';
import { ok, warning, type Check, type CheckResult } from './Check';

/**
 * The major versions that Azure Functions runs, and the day on which their support ends: that of the Node project
 * (github.com/nodejs/Release, learn.microsoft.com/azure/azure-functions/supported-languages, 2026-11).
 */
const SUPPORT_ENDS: Readonly<Record<string, string>> = {
  20: '2026-04-30',
  22: '2027-04-30',
  24: '2028-04-30',
};
const WARN_BEFORE_MS = 90 * DAY_MS;

/** `node`: the version that runs, such as `v22.1.0`. */
export function versionCheck(node: string, clock: Pick<Clock, 'now'>): Check {
  return () => Promise.resolve([judgeNode(node, clock.now()), ok('app', packagesText())]);
}

function judgeNode(node: string, now: number): CheckResult {
  const [, major = ''] = /^v(\d+)\./.exec(node) ?? [];
  const end = SUPPORT_ENDS[major];
  if (end === undefined) return warning('node', `Azure Functions does not run ${node}`, USE);
  const leftMs = Date.parse(end) - now;
  if (leftMs <= 0) return warning('node', `support of ${node} ended on ${end}`, USE);
  const detail = `${node}, supported until ${end}`;
  return leftMs < WARN_BEFORE_MS ? warning('node', detail, USE) : ok('node', detail);
}

const USE = 'Run Node 24 here; in Azure set the parameter nodeVersion to 24, then azd provision.';

/** The packages by which the app reaches Azure: support asks for their versions. */
function packagesText(): string {
  const packages = { functions, identity, 'service-bus': serviceBus };
  const all = Object.entries({ ...packages, 'data-tables': tables, 'storage-blob': blobs });
  return `${app}, with ${all.map(([name, version]) => `@azure/${name} ${version}`).join(', ')}`;
}
