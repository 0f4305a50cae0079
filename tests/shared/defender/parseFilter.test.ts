import fc from 'fast-check';
import { FILTERABLE, printFilter, type ODataFilter } from '../../../shared/defender/odata';
import { parseFilter } from '../../../shared/defender/parseFilter';

const text = fc.string({ unit: 'binary', maxLength: 20 });
const instant = fc.integer({ min: 0, max: 4_102_444_800_000 });
const textProperty = fc.constantFrom('computerDnsName' as const, 'riskScore' as const);
const condition: fc.Arbitrary<ODataFilter> = fc.oneof(
  fc.record({ op: fc.constantFrom('eq', 'ne'), property: textProperty, value: text }),
  fc.record({ op: fc.constant('startswith'), property: textProperty, value: text }),
  fc.record({
    op: fc.constant('in'),
    property: textProperty,
    values: fc.tuple(text, text),
  }),
  fc.record({
    op: fc.constant('in'),
    property: fc.constant('aadDeviceId'),
    values: fc.tuple(fc.uuid()),
  }),
  fc.record({ op: fc.constant('any'), property: fc.constant('machineTags'), value: text }),
  fc.record({
    op: fc.constantFrom('gt', 'le'),
    property: fc.constant('lastSeen'),
    value: instant,
  }),
  fc.record({ op: fc.constant('ge'), property: fc.constant('rbacGroupId'), value: fc.nat() }),
  fc.record({ op: fc.constant('eq'), property: fc.constant('aadDeviceId'), value: fc.uuid() }),
);
const filter = fc.letrec<{ filter: ODataFilter; chain: ODataFilter }>((tie) => ({
  filter: fc.oneof({ maxDepth: 4 }, condition, tie('chain')),
  chain: fc.record({
    op: fc.constantFrom('and', 'or'),
    operands: fc.tuple(tie('filter'), tie('filter'), tie('filter')),
  }),
})).filter;

describe('parseFilter()', () => {
  it.each<{ title: string; text: string; filter: ODataFilter }>([
    {
      title: 'a comparison',
      text: "osPlatform eq 'Windows11'",
      filter: { op: 'eq', property: 'osPlatform', value: 'Windows11' },
    },
    {
      title: "a text with a doubled '",
      text: "computerDnsName eq 'o''hara'",
      filter: { op: 'eq', property: 'computerDnsName', value: "o'hara" },
    },
    {
      title: 'an instant with offset and seven fractional digits',
      text: 'lastSeen gt 2026-11-20T09:15:00.1230000+01:00',
      filter: { op: 'gt', property: 'lastSeen', value: Date.parse('2026-11-20T08:15:00.123Z') },
    },
    {
      title: "a day, as in Microsoft's example",
      text: 'lastSeen gt 2018-08-01Z',
      filter: { op: 'gt', property: 'lastSeen', value: Date.UTC(2018, 7, 1) },
    },
    {
      title: 'a property in capitals',
      text: "HealthStatus eq 'Active'",
      filter: { op: 'eq', property: 'healthStatus', value: 'Active' },
    },
    {
      title: 'a tag, whatever the variable is called',
      text: "machineTags/any(t:t eq 'vip')",
      filter: { op: 'any', property: 'machineTags', value: 'vip' },
    },
    {
      title: 'and before or',
      text: "riskScore eq 'High' or riskScore eq 'Low' and rbacGroupId eq 7",
      filter: {
        op: 'or',
        operands: [
          { op: 'eq', property: 'riskScore', value: 'High' },
          {
            op: 'and',
            operands: [
              { op: 'eq', property: 'riskScore', value: 'Low' },
              { op: 'eq', property: 'rbacGroupId', value: 7 },
            ],
          },
        ],
      },
    },
    {
      title: 'parentheses that bind otherwise, and space anywhere',
      text: " ( riskScore eq 'High' or startswith( id , 'a' ) )and rbacGroupId ne -1 ",
      filter: {
        op: 'and',
        operands: [
          {
            op: 'or',
            operands: [
              { op: 'eq', property: 'riskScore', value: 'High' },
              { op: 'startswith', property: 'id', value: 'a' },
            ],
          },
          { op: 'ne', property: 'rbacGroupId', value: -1 },
        ],
      },
    },
  ])('reads $title', ({ text: written, filter: expected }) => {
    expect(parseFilter(written)).toEqual({ ok: true, filter: expected });
  });

  it.each([
    { text: '', position: 1, message: /expected '\('.*found the end/ },
    { text: 'osBuild eq 1', position: 1, message: /computerDnsName.*found osBuild/ },
    { text: "os eq 'x'", position: 1, message: /osPlatform.*found os/ },
    { text: "osPlatform like 'W'", position: 12, message: /expected eq, ne, found like/ },
    { text: "riskScore gt 'Low'", position: 11, message: /expected eq, ne, found gt/ },
    { text: 'riskScore eq High', position: 14, message: /text in single quotes.*found High/ },
    { text: "riskScore eq 'High", position: 14, message: /text in single quotes/ },
    { text: "lastSeen gt '2026-11-20'", position: 13, message: /instant without quotes/ },
    { text: 'lastSeen gt 2026-13-20T00:00:00Z', position: 13, message: /instant/ },
    { text: 'lastSeen gt 2026-02-30T00:00:00Z', position: 13, message: /instant/ },
    { text: 'lastSeen gt 2018-08-01', position: 13, message: /instant/ },
    { text: 'lastSeen gt 2018-08-01Zulu', position: 13, message: /instant/ },
    { text: 'rbacGroupId eq 7.5', position: 16, message: /whole number/ },
    { text: "aadDeviceId eq 'a'", position: 16, message: /GUID without quotes/ },
    { text: "machineTags eq 'vip'", position: 13, message: /expected '\/'/ },
    { text: "machineTags/any(t: u eq 'vip')", position: 20, message: /expected 't', found u/ },
    { text: "startswith(rbacGroupId,'1')", position: 12, message: /text property/ },
    { text: "(riskScore eq 'High'", position: 21, message: /expected '\)', found the end/ },
    { text: "riskScore eq 'High' xor", position: 21, message: /'and', 'or' or the end.*xor/ },
    { text: 'id in ()', position: 8, message: /text in single quotes.*found \)/ },
    { text: "id in ('a'", position: 11, message: /expected '\)', found the end/ },
    { text: 'rbacGroupId in (1)', position: 13, message: /expected eq, .*found in/ },
    { text: "not riskScore eq 'High'", position: 1, message: /found not/ },
    { text: "riskScore eq 'a';drop", position: 17, message: /found ;/ },
    { text: '('.repeat(17), position: 18, message: /16 nested parentheses/ },
  ])(
    'refuses $text, naming the position and what was expected',
    ({ text: written, ...expected }) => {
      const parsed = parseFilter(written);

      expect(parsed.ok ? null : parsed.problem).toEqual({
        position: expected.position,
        message: expect.stringMatching(expected.message) as string,
      });
    },
  );

  it('refuses what is too long', () => {
    const parsed = parseFilter(`riskScore eq '${'x'.repeat(4_000)}'`);

    expect(parsed).toMatchObject({ ok: false, problem: { position: 4_001 } });
  });

  it('reads every filter that is printed as what it was', () => {
    fc.assert(
      fc.property(filter, (tree) => {
        expect(parseFilter(printFilter(tree))).toEqual({ ok: true, filter: tree });
      }),
    );
  });

  it('ends with a filter or a problem, whatever the text', () => {
    const words = [...Object.keys(FILTERABLE), 'eq', 'and', '(', ')', "'x'", '/any(', ' ', "'"];
    const almost = fc.array(fc.constantFrom(...words), { maxLength: 12 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          almost.map((parts) => parts.join(' ')),
        ),
        (written) => {
          const parsed = parseFilter(written);

          expect(parsed.ok || parsed.problem.position <= written.length + 1).toBe(true);
        },
      ),
    );
  });
});
