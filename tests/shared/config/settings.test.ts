import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startDefenderSimulator } from '../../../local/defender/startDefenderSimulator';
import { parseConfig } from '../../../shared/config/parseConfig';
import { SETTING_NAMES } from '../../../shared/config/settings';
import { CLOUD_SETTINGS } from './exampleSettings';

const ROOT = join(__dirname, '../../..');
/** For a deployment that signs in with an identity; the emulators take connection strings. */
const CLOUD_ONLY = SETTING_NAMES.filter((name) => name.includes('__'));

interface SettingRow {
  readonly setting: string;
  readonly fallback: string;
}

const documented: readonly SettingRow[] = readFileSync(join(ROOT, 'docs/settings.md'), 'utf8')
  .split('\n')
  .map((line) => /^\| `(\w+)` +\| (\S.*?) +\| \S.* \|$/.exec(line))
  .filter((row) => row !== null)
  .map(([, setting = '', fallback = '']) => ({ setting, fallback: fallback.replaceAll('`', '') }));
const withDefault = documented.filter(({ fallback }) => !/^(none|required)$/.test(fallback));
const sample = z
  .object({ Values: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(ROOT, 'local.settings.sample.json'), 'utf8'))).Values;

describe('docs/settings.md', () => {
  it('lists every setting once, in the order of the schema', () => {
    expect(documented.map(({ setting }) => setting)).toEqual(SETTING_NAMES);
  });

  it.each(withDefault)('says truly that $setting defaults to $fallback', (row) => {
    expect(parseConfig({ ...CLOUD_SETTINGS, [row.setting]: row.fallback })).toEqual(
      parseConfig(CLOUD_SETTINGS),
    );
  });

  it.each(documented.filter(({ fallback }) => fallback === 'none'))(
    'says truly that $setting may be none',
    ({ setting }) => {
      const settings = { ...CLOUD_SETTINGS, [setting]: undefined };

      expect(parseConfig({ ...settings, [setting]: ' ' })).toEqual(parseConfig(settings));
    },
  );
});

describe('local.settings.sample.json', () => {
  it('holds every setting that a local run may use', () => {
    const ours = Object.keys(sample).filter((name) => SETTING_NAMES.includes(name));

    expect(ours).toEqual(SETTING_NAMES.filter((name) => !CLOUD_ONLY.includes(name)));
  });

  it('holds the defaults', () => {
    const defaults = withDefault.map(({ setting, fallback }) => [setting, fallback]);

    expect(sample).toMatchObject(Object.fromEntries(defaults));
  });

  it('is a configuration without problems and warnings, for the emulators', () => {
    expect(parseConfig(sample)).toMatchObject({
      ok: true,
      config: {
        environment: 'Development',
        defender: { apiBaseUrl: 'http://127.0.0.1:8090', auth: { mode: 'managedIdentity' } },
      },
      secrets: { stateStorageConnectionString: 'UseDevelopmentStorage=true' },
      warnings: [],
    });
  });

  it("names the simulator's tenant and gets a token of its identity endpoint", async () => {
    const simulator = await startDefenderSimulator({ port: 0 });
    const { pathname } = new URL(sample['IDENTITY_ENDPOINT'] ?? '');
    const resource = 'https://api.securitycenter.microsoft.com';

    const answer = await fetch(
      `${simulator.origin}${pathname}?resource=${resource}&api-version=2019-08-01`,
      { headers: { 'x-identity-header': sample['IDENTITY_HEADER'] ?? '' } },
    );
    await simulator.close();

    expect(answer.status).toBe(200);
    expect(sample['DEFENDER_TENANT_ID']).toBe(simulator.directory.tenantId);
  });
});
