import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTarget } from '../../../cli/send/SendTarget';
import { RunFolder } from '../../../local/start/RunFolder';

const settings = {
  AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
  StateStorage: 'UseDevelopmentStorage=true',
  ServiceBusConnection:
    'Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true',
  DEFENDER_TENANT_ID: '7c1f0a52-6f0b-4f55-9d0a-1b7c36ad3e10',
  HTTP_AUTH: 'none',
};
const azure = {
  ...settings,
  ServiceBusConnection: '',
  ServiceBusConnection__fullyQualifiedNamespace: 'soc.servicebus.windows.net',
};

describe('findTarget()', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'send-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const start = () => {
    const run = RunFolder.create(folder, 0);
    run.announce({ functions: ['http://127.0.0.1:7071'], settings });
  };

  const find = (env: NodeJS.ProcessEnv) => findTarget({ env: { ...env }, folder, appRoot: folder });

  it('is the running npm start of the folder, without any settings', () => {
    start();

    const { name, origin, config } = find({ SIEM_QUEUE: 'mine' });

    expect({ name, origin }).toEqual({ name: '127.0.0.1:5672', origin: 'http://127.0.0.1:7071' });
    expect(config.queues.siem).toBe('mine');
  });

  it('is what the settings name, and nothing of a running npm start', () => {
    start();
    writeFileSync(join(folder, 'local.settings.json'), JSON.stringify({ Values: azure }));

    const { name, origin, settings: used } = find({});

    expect({ name, origin }).toEqual({ name: 'soc.servicebus.windows.net', origin: null });
    expect(used['ServiceBusConnection']).toBe('');
  });

  it.each([
    {
      title: 'nothing to send to',
      given: {},
      message: /no `npm start` runs.*ServiceBusConnection/,
    },
    {
      title: 'a wrong setting, never with its value',
      given: { ...settings, DEFENDER_TENANT_ID: 'secret' },
      message: /DEFENDER_TENANT_ID (?!.*secret)/,
    },
  ])('names $title', ({ given, message }) => {
    expect(() => find(given)).toThrow(message);
  });
});
