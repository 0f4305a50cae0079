import { planInfra } from '../../../cli/infra/planInfra';
import type { ValueObject } from '../../../cli/infra/bicep/Value';

const plan = (files: Readonly<Record<string, string>>, parameters: ValueObject = {}) =>
  planInfra({
    main: 'main.bicep',
    parameters,
    readText: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(`no ${path}`);
      return text;
    },
  });

/** What an expression comes to, by way of an output. */
const valueOf = async (expression: string, before = '') =>
  (await plan({ 'main.bicep': `${before}\noutput it string = ${expression}\n` })).outputs['it'];

const PLAN = "resource plan 'Microsoft.Web/serverfarms@2024-11-01' =";

describe('planInfra()', () => {
  it.each([
    ["'a${1 + 2}'", 'a3'],
    ["'it\\'s'", "it's"],
    ['true && !false ? 1 : 2', 1],
    ["[for (x, i) in ['a', 'b']: '${x}${i}']", ['a0', 'b1']],
    ['union({ a: 1, b: 1 }, { b: 2 })', { a: 1, b: 2 }],
    ["split('a,b', ',')", ['a', 'b']],
    ["concat(['a'], [])", ['a']],
    ["empty('') == empty([])", true],
    ["cidrSubnet('10.80.0.0/24', 27, 1)", '10.80.0.32/27'],
    ["int('31')", 31],
    ['environment().suffixes.storage', 'core.windows.net'],
  ])('evaluates %s', async (expression, value) => {
    expect(await valueOf(expression)).toEqual(value);
  });

  it('takes the alternative of a member that is not there', async () => {
    expect(await valueOf("given.?B ?? 'none'", "var given = { A: 'a' }")).toBe('none');
  });

  it('makes a resource for each round of a loop, and none where the condition does not hold', async () => {
    const { resources } = await plan({
      'main.bicep': [
        `${PLAN} [for name in ['a', 'b']: {\n  name: name\n}]`,
        `resource no 'Microsoft.Web/sites@2024-11-01' = if (empty('x')) {\n  name: 'no'\n}`,
      ].join('\n'),
    });

    expect(resources.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('hands a module its parameters, and its outputs back', async () => {
    const { outputs, resources } = await plan({
      'main.bicep': `module m 'modules/m.bicep' = {\n  name: 'm'\n  params: { name: 'x' }\n}\noutput id string = m.outputs.id\n`,
      'modules/m.bicep': `param name string\n${PLAN} {\n  name: name\n}\noutput id string = plan.id\n`,
    });

    expect(resources).toHaveLength(1);
    expect(outputs['id']).toBe(
      '/subscriptions/⟨subscription⟩/providers/Microsoft.Web/serverfarms/x',
    );
  });

  it.each([
    ['an error of syntax', 'var a = {\n  b: \n}\n', /^main\.bicep:\d+:\d+: syntax$/],
    ['a name that is not there', 'output a string = b\n', /^main\.bicep:1:1: there is no b$/],
    ['a member that is not there', 'var a = {}\nvar b = a.c\n', /there is no a\.c/],
    ['a function it does not know', "var a = base64('b')\n", /base64\(\) is not supported/],
    [
      'a condition that only Azure can decide',
      'var a = empty(subscription().tenantId) ? 1 : 2\n',
      /only Azure knows/,
    ],
    ['a parameter that is missing', 'param a string\n', /parameter a is missing/],
    ['a declaration it does not know', "metadata a = 'b'\n", /is not supported/],
  ])('stops at %s, naming the place', async (_title, text, message) => {
    await expect(plan({ 'main.bicep': text })).rejects.toThrow(message);
  });

  it.each([
    ['of another type', { a: 1 }, 'parameter a must be string'],
    ['that is not allowed', { a: 'z' }, 'parameter a must be one of ["x","y"]'],
    ['that is not declared', { a: 'x', b: 'x' }, 'there is no parameter b'],
  ])('refuses a parameter %s', async (_title, parameters, message) => {
    const text = "@allowed(['x', 'y'])\nparam a string\n";

    await expect(plan({ 'main.bicep': text }, parameters)).rejects.toThrow(message);
  });
});
