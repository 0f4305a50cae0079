import { spellingOf } from '../../local/keptByNpm.cjs';

const options = ['once', 'port', 'servicebus-port', 'no-samples', 'function-key'];

describe('spellingOf()', () => {
  it.each([
    { title: 'a switch', env: { npm_config_once: 'true' }, kept: '--once' },
    {
      title: 'values',
      env: { npm_config_servicebus_port: '0', npm_config_port: '7072' },
      kept: '--port=7072 --servicebus-port=0',
    },
    { title: 'a denied option', env: { npm_config_samples: '' }, kept: '--no-samples' },
    {
      title: 'a key, which is not repeated',
      env: { npm_config_function_key: 'k' },
      kept: '--function-key=…',
    },
  ])('names $title that npm has kept, for bash and for PowerShell', ({ env, kept }) => {
    const text = spellingOf('start', options, env);

    expect(text).toContain(`\n  npm start -- ${kept}\n`);
    expect(text).toContain(`\n  npm start '--' ${kept}`);
  });

  it('spells commands that npm does not know by itself', () => {
    expect(spellingOf('host', options, { npm_config_port: '1' })).toContain(
      'npm run host -- --port=1',
    );
  });

  it.each([
    { env: {} },
    { env: { npm_config_registry: 'https://x', npm_config_wait: '1' } },
    { env: { npm_config_samples: 'true' } },
  ])('has nothing against $env', ({ env }) => {
    expect(spellingOf('start', options, env)).toBeNull();
  });
});
