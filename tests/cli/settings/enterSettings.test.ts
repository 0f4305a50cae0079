import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunFolder } from '../../../local/start/RunFolder';
import { enterSettings } from '../../../cli/settings/enterSettings';

const RUNNING = { StateStorage: 'of npm start', DEFENDER_TENANT_ID: 'of npm start' };

describe('enterSettings()', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'settings-'));
    const functions = ['http://127.0.0.1:7071'];
    RunFolder.create(folder, 0).announce({ functions, settings: RUNNING });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const enter = (env: NodeJS.ProcessEnv, local?: object) => {
    if (local) {
      writeFileSync(join(folder, 'local.settings.json'), JSON.stringify({ Values: local }));
    }
    const running = enterSettings({ env, folder, appRoot: folder });
    return { env, isRunning: running !== null };
  };

  it('takes the settings of the npm start that runs here, and keeps what leads nowhere', () => {
    expect(enter({ INVENTORY_OUTPUTS: 'csv' }, { INVENTORY_PAGE_SIZE: '100' })).toEqual({
      env: { INVENTORY_OUTPUTS: 'csv', INVENTORY_PAGE_SIZE: '100', ...RUNNING },
      isRunning: true,
    });
  });

  it.each([
    { what: 'the tenant', given: { DEFENDER_TENANT_ID: 'of the user' } },
    { what: 'storage by its name', given: { StateStorage__tableServiceUri: 'https://x' } },
    { what: 'Service Bus by its name', given: { ServiceBusConnection__credential: 'x' } },
    { what: 'an empty connection string', given: { StateStorage: '' } },
  ])('takes nothing of it where the user names a service, such as $what', ({ given }) => {
    expect(enter({ ...given })).toEqual({ env: given, isRunning: false });
    expect(enter({}, given)).toEqual({ env: given, isRunning: false });
  });

  it('prefers the environment to local.settings.json', () => {
    const given = { DEFENDER_TENANT_ID: 'of the shell' };

    const { env } = enter({ ...given }, { DEFENDER_TENANT_ID: 'of the file', A: 'b' });

    expect(env).toEqual({ ...given, A: 'b' });
  });

  it('finds nothing where nothing runs', () => {
    rmSync(join(folder, 'dist'), { recursive: true });

    expect(enter({})).toEqual({ env: {}, isRunning: false });
  });
});
