import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployedApp } from '../../../cli/settings/azdEnvironment';

const OUTPUTS = 'AZURE_ENV_NAME="soc"\nENRICHER_URL="https://soc.azurewebsites.net"\n';

describe('deployedApp()', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'azd-'));
    mkdirSync(join(folder, '.azure', 'soc'), { recursive: true });
    mkdirSync(join(folder, '.azure', 'test'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, '.azure', name), text);
  };
  const isDefault = (defaultEnvironment: string) => {
    write('config.json', JSON.stringify({ version: 1, defaultEnvironment }));
  };

  it('finds the address and the key in the environment that azd takes by default', () => {
    isDefault('soc');
    write('soc/.env', `${OUTPUTS}FUNCTION_KEY="a=b c"\n`);

    expect(deployedApp(folder, {})).toEqual({
      environment: 'soc',
      url: 'https://soc.azurewebsites.net',
      key: 'a=b c',
    });
  });

  it('takes the environment that AZURE_ENV_NAME names before that', () => {
    isDefault('soc');
    write('soc/.env', OUTPUTS);
    write('test/.env', 'ENRICHER_URL=https://test.azurewebsites.net\n');

    expect(deployedApp(folder, { AZURE_ENV_NAME: 'test' })).toEqual({
      environment: 'test',
      url: 'https://test.azurewebsites.net',
      key: null,
    });
  });

  it.each([
    { title: 'azd knows nothing here', config: null },
    { title: 'no environment is the default', config: { version: 1 } },
    { title: 'nothing is deployed yet', config: { version: 1, defaultEnvironment: 'soc' } },
  ])('finds none where $title', ({ config }) => {
    if (config) write('config.json', JSON.stringify(config));

    expect(deployedApp(folder, {})).toBeNull();
  });

  it.each([
    {
      what: 'a configuration that is cut off',
      name: 'config.json',
      text: '{"def',
      says: /azd env select/,
    },
    {
      what: 'an address that is none',
      name: 'soc/.env',
      text: 'ENRICHER_URL=soc',
      says: /azd provision/,
    },
  ])('refuses $what, and names what to type', ({ name, text, says }) => {
    isDefault('soc');
    write(name, text);

    expect(() => deployedApp(folder, {})).toThrow(says);
  });
});
