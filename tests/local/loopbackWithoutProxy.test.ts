import { resolve } from 'node:path';

const FILE = resolve(__dirname, '..', '..', 'local', 'loopbackWithoutProxy.cjs');
const LOOPBACK = 'localhost,127.0.0.1,::1,[::1]';

describe('The local run and the tests', () => {
  const environment = { ...process.env };
  afterEach(() => {
    process.env = { ...environment };
  });

  it('have loopback exempt', () => {
    expect(process.env['NO_PROXY']?.split(',')).toEqual(
      expect.arrayContaining(LOOPBACK.split(',')),
    );
  });

  it.each([
    { what: 'nothing', given: {}, exempt: LOOPBACK },
    { what: 'hosts', given: { NO_PROXY: 'a, .b' }, exempt: `a,.b,${LOOPBACK}` },
    { what: 'hosts in lower case', given: { no_proxy: 'a' }, exempt: `a,${LOOPBACK}` },
    { what: 'loopback', given: { NO_PROXY: LOOPBACK }, exempt: LOOPBACK },
  ])('take no proxy for loopback where $what was exempt before', async ({ given, exempt }) => {
    for (const name of ['NO_PROXY', 'no_proxy']) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, given);

    jest.resetModules();
    await import(FILE);

    expect(process.env['NO_PROXY']).toBe(exempt);
    expect(process.env['no_proxy']).toBe(exempt);
  });
});
