import type { JsonObject } from '../../../shared/json/Json';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { HOSTILE_NAMES } from './hostileNames';
import { aRecord, callTool, mcpContext, viewOf } from './mcpContext';

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const MAX_LENGTH = 1024;
const WITHOUT_MARKS = /[^\p{L}\p{N}]/gu;

const hostileMachine = (name: string, index: number) => ({
  id: index.toString(16).padStart(40, '0'),
  computerDnsName: name,
  rbacGroupName: name,
  osPlatform: name,
  riskScore: name,
  machineTags: [name, name],
});

function hostileRecord(name: string, index: number): EnrichmentRecord {
  const id = `da${index}_1`;
  return {
    ...aRecord,
    summary: { ...aRecord.summary, highestRiskScore: name, highestExposureLevel: name },
    request: { ...aRecord.request, position: index + 1 },
    machines: aRecord.machines.map((each) => ({ ...each, machine: hostileMachine(name, index) })),
    alerts: [
      {
        alert: { id, machineId: null, title: name, category: name, threatName: name },
        onMatchedMachine: false,
        portalUrl: 'https://security.microsoft.com/',
      },
    ],
  };
}

/** Every text in a value, with the field that holds it. */
function textsIn(value: unknown, field = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[field, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    textsIn(each, Array.isArray(value) ? field : key),
  );
}

const FIELDS = [
  'computerDnsName',
  'rbacGroupName',
  'osPlatform',
  'riskScore',
  'machineTags',
  'title',
  'category',
  'threatName',
  'highestRiskScore',
  'highestExposureLevel',
];

describe('What others chose, in the results of tools', () => {
  const machines = HOSTILE_NAMES.map(hostileMachine);
  const context = mcpContext({
    answerAll: async ({ indicators: [first] }) =>
      viewOf(
        ...HOSTILE_NAMES.slice(Number(first?.text.slice('from-'.length)))
          .slice(0, 100)
          .map(hostileRecord),
      ),
    page: async ({ skip }) => ({
      outcome: 'answered',
      value: machines.slice(skip, skip + 100),
      nextSkip: null,
      truncated: [],
      evidence: [],
    }),
  });
  const results = async () => [
    await callTool('enrich_indicators', { indicators: [{ host: 'from-0' }] }, context),
    await callTool('enrich_indicators', { indicators: [{ host: 'from-100' }] }, context),
    await callTool('find_machines', { top: 100 }, context),
    await callTool('find_machines', { top: 100, skip: 100 }, context),
  ];

  it('is 200 names', () => {
    expect(new Set(HOSTILE_NAMES).size).toBe(200);
  });

  it('is plain text of at most 1,024 characters', async () => {
    const all = (await results()).flatMap((each) => textsIn(each.structuredContent));

    expect(all.length).toBeGreaterThan(5_000);
    expect(all.filter(([, text]) => HIDDEN.test(text) || text.length > MAX_LENGTH)).toEqual([]);
  });

  it('says where it was cut, which it was not before', async () => {
    const [result] = await results();
    const names = textsIn(result?.structuredContent).filter(([key]) => key === 'computerDnsName');

    const cut = names.filter(([, name]) => name.endsWith('…'));
    expect(cut.length).toBeGreaterThan(3);
    expect(cut.every(([, name]) => name.length > MAX_LENGTH - 3)).toBe(true);
  });

  it('stands in its own fields only, never in the text that sums a result up', async () => {
    const marks = new Set(
      HOSTILE_NAMES.map((name) => name.replaceAll(WITHOUT_MARKS, '')).filter((name) => name !== ''),
    );
    const isFrom = (text: string) => marks.has(text.replaceAll(WITHOUT_MARKS, ''));

    for (const { content, structuredContent } of await results()) {
      const fields = textsIn(structuredContent as JsonObject)
        .filter(([, text]) => isFrom(text))
        .map(([field]) => field);
      expect([...new Set(fields)].filter((field) => !FIELDS.includes(field))).toEqual([]);
      expect(fields.length).toBeGreaterThan(100);
      expect(content?.[0]?.text).not.toMatch(/ignore|system|isolate|evil|script/i);
      expect(content).toHaveLength(1);
    }
  });
});
