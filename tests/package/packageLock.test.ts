import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const ROOT = join(__dirname, '..', '..');
const OLDEST_NODE = { major: 20, minor: 20 };
/** Their makers support Node 22 and newer only; here they are known to run on 20.20 too. */
const RUN_ON_OLDEST_NODE = [
  'node_modules/@azure/core-process',
  'node_modules/@azure/identity',
  'node_modules/@azure/monitor-opentelemetry-exporter',
];
/**
 * Beside those of features that are off by default, which are optional. The exporter to Azure Monitor is one of these, but
 * as an optional package npm would leave it out on Node 20.20, for what its maker supports.
 */
const MAX_RUNTIME_DEPENDENCIES = 12;

const read = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));

const lockSchema = z.object({
  lockfileVersion: z.number(),
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
      engines: z.union([z.record(z.string(), z.string()), z.array(z.string())]).optional(),
    }),
  ),
});
const { packages } = lockSchema.parse(read('package-lock.json'));
const manifest = z
  .object({
    engines: z.object({ node: z.string() }),
    dependencies: z.record(z.string(), z.string()),
  })
  .parse(read('package.json'));

it('.npmrc lets no package run a script, whoever installs: azd runs npm install by itself', () => {
  expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).toBe('ignore-scripts=true\n');
});

describe('package-lock.json', () => {
  it('holds only packages that run on Node 20.20', () => {
    const unfit = Object.entries(packages).flatMap(([where, { engines }]) => {
      const range = Array.isArray(engines) ? undefined : engines?.['node'];
      return where !== '' && range !== undefined && !admitsOldestNode(range) ? [where] : [];
    });

    expect(unfit).toEqual(RUN_ON_OLDEST_NODE);
  });

  it('holds the optional packages of every platform, without which npm ci refuses the file', () => {
    const missing = Object.values(packages)
      .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
      .filter((name) => !(`node_modules/${name}` in packages));

    expect(missing).toEqual([]);
  });

  it('holds no download address, so that every registry will do', () => {
    const entries = Object.entries(packages).filter(([where]) => where !== '');

    expect(entries.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it('holds the checksum of every package', () => {
    const unchecked = Object.entries(packages).filter(
      ([where, { integrity }]) => where !== '' && integrity === undefined,
    );

    expect(unchecked).toEqual([]);
  });
});

describe('package.json', () => {
  it('supports the versions of Node that Azure Functions runs', () => {
    expect(manifest.engines.node).toBe('>=22');
  });

  it('needs at most 12 packages at run time', () => {
    expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(MAX_RUNTIME_DEPENDENCIES);
  });
});

describe('admitsOldestNode()', () => {
  it.each([
    { range: '>=18', admits: true },
    { range: '>= 20.19.0', admits: true },
    { range: '>=21', admits: false },
    { range: '>=20.21', admits: false },
    { range: '^18.18.0 || ^20.9.0 || >=21.1.0', admits: true },
    { range: '^18 || ^22', admits: false },
    { range: '18 || 20 || >=22', admits: true },
    { range: '^12.20.0 || >=14', admits: true },
    { range: '>=6 <7 || >=8', admits: true },
    { range: '>=16 <20', admits: false },
    { range: '~20.20', admits: true },
    { range: '20.x', admits: true },
    { range: '*', admits: true },
  ])('$range: $admits', ({ range, admits }) => {
    expect(admitsOldestNode(range)).toBe(admits);
  });
});

/** Whether an npm version range holds Node 20.20; patch levels do not matter here. */
function admitsOldestNode(range: string): boolean {
  return range.split('||').some((alternative) => {
    const comparators = alternative
      .replaceAll(/([<>=^~]) +/g, '$1')
      .trim()
      .split(/\s+/);
    return comparators.every(admits);
  });
}

function admits(comparator: string): boolean {
  const [, operator = '', major = '', minor = ''] =
    /^([<>=^~v]*)(\d+|[x*])?(?:\.(\d+|[x*]))?/.exec(comparator) ?? [];
  if (!/^\d+$/.test(major)) return true;
  const here = OLDEST_NODE.major * 1000 + OLDEST_NODE.minor;
  const there = Number(major) * 1000 + (/^\d+$/.test(minor) ? Number(minor) : 0);
  const isSameMajor = Number(major) === OLDEST_NODE.major;
  switch (operator.replace('v', '')) {
    case '>=':
    case '>':
      return here >= there;
    case '<':
      return here < there;
    case '<=':
      return here <= there || (isSameMajor && minor === '');
    case '^':
      return isSameMajor && here >= there;
    case '~':
      return isSameMajor && (minor === '' || here === there);
    default:
      return isSameMajor && (!/^\d+$/.test(minor) || here === there);
  }
}
