import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { WELL_KNOWN } from '../../local/defender/wellKnown';
import { ask, post } from '../support/askApi';
import { LocalStack } from '../support/LocalStack';

const { machines, files, alerts } = WELL_KNOWN;

/** Every path that a lookup by these routes may lead to. */
const INTENDED =
  /^\/api\/(?:ips\/[0-9a-f.:]+\/alerts|files\/[0-9a-f]{40}\/machines|files\/[0-9a-f]{32,64}|alerts\/[\w-]+\/machine|machines\/[0-9a-f]{40}|machines\?\$top=1000&\$skip=0&\$count=true&\$filter=(?<filter>[^&#?/' "<>\\]+))$/i;
/** Whatever is asked for stays between its quotes. */
const FILTER =
  /^(?:computerDnsName eq '(?:[^']|'')*'|startswith\(computerDnsName,'(?:[^']|'')*'\))(?: or startswith\(computerDnsName,'(?:[^']|'')*'\))?$/;

function isIntended(target: string): boolean {
  const match = INTENDED.exec(target);
  const filter = match?.groups?.['filter'];
  return match !== null && (filter === undefined || FILTER.test(decodeURIComponent(filter)));
}

const hostileValues = sampleOf(200);

/** The nastiest texts first, then as many generated ones as are wanted. */
function sampleOf(count: number): readonly string[] {
  const { ip } = machines.workstation;
  const tails = [
    "'",
    "' or 1 eq 1",
    '/../../machines',
    '%2f..',
    '\0',
    '\r\nx: y',
    '?x=1',
    '#x',
    '\u202e',
    ')',
  ];
  const bases = [
    ip,
    files.eicar.sha1,
    alerts.onServer,
    machines.server.id,
    'srv',
    '..',
    '',
    '$',
    '::1',
    '[::1]',
  ];
  return bases
    .flatMap((start) => tails.flatMap((tail) => [`${start}${tail}`, `${tail}${start}`]))
    .slice(0, count);
}

describe('The HTTP routes', () => {
  let stack: LocalStack;
  let base: string;
  beforeAll(async () => {
    stack = await LocalStack.start({ settings: { HTTP_AUTH: 'none' } });
    base = `http://127.0.0.1:${await (await stack.addHost()).ready()}/api`;
  }, 60_000);
  afterAll(() => stack.close());

  it.each([
    {
      title: 'an unknown route',
      path: '/nothing/here',
      expected: { status: 404, code: 'request.unknownRoute' },
    },
    {
      title: 'an unknown poll id',
      path: `/requests/p_${'A'.repeat(43)}`,
      expected: { status: 404, code: 'request.unknown' },
    },
    {
      title: 'an unknown result',
      path: `/results/l_${'0'.repeat(40)}`,
      expected: { status: 404, code: 'result.unknown' },
    },
    {
      title: 'a wrong method',
      path: '/enrich',
      init: { method: 'DELETE' },
      expected: { status: 405, allow: 'POST' },
    },
    {
      title: 'a value that is no such indicator',
      path: '/ips/banana/machines',
      expected: { status: 400, parameter: 'ip' },
    },
    {
      title: 'an unknown parameter',
      path: '/ips/10.1.2.3/alerts?colour=red',
      expected: { status: 400, parameter: 'colour' },
    },
    {
      title: 'a malformed parameter',
      path: '/ips/10.1.2.3/machines?at=yesterday',
      expected: { status: 400, parameter: 'at' },
    },
    {
      title: 'a time ahead of now',
      path: `/ips/10.1.2.3/machines?at=${new Date(Date.now() + 3 * 3_600_000).toISOString()}`,
      expected: { status: 400, parameter: 'at' },
      detail: /ahead of now/,
    },
    {
      title: 'a word for nothing',
      path: '/machines/undefined',
      expected: { status: 400, parameter: 'idOrName' },
      detail: /says nothing/i,
    },
    {
      title: 'another format',
      path: '/ips/10.1.2.3/machines?format=stix',
      expected: { status: 400, parameter: 'format' },
    },
    {
      title: 'a dry run that is neither true nor false',
      path: '/ingest?dryRun=yes',
      init: post('10.1.2.3'),
      expected: { status: 400, parameter: 'dryRun' },
    },
    {
      title: 'a malformed filter',
      path: `/machines?filter=${encodeURIComponent("osPlatform like 'Windows'")}`,
      expected: { status: 400, parameter: 'filter' },
      detail: /position 12.*eq, ne.*like/,
    },
    {
      title: 'a body that is not JSON',
      path: '/enrich',
      init: post('{"indicators"'),
      expected: { status: 400, code: 'request.notJson' },
    },
    {
      title: 'an unknown field',
      path: '/enrich',
      init: post({ indicators: [{ ip: '10.1.2.3', colour: 'red' }] }),
      expected: { status: 400, field: 'indicators[0].colour' },
    },
    {
      title: 'too many indicators',
      path: '/enrich',
      init: post({ indicators: Array.from({ length: 101 }, () => '10.1.2.3') }),
      expected: { status: 400, field: 'indicators' },
      detail: /at most 100.*101/,
    },
    {
      title: 'too many indicators in few entries',
      path: '/enrich',
      init: post({
        indicators: Array.from({ length: 51 }, () => ({ ip: '10.1.2.3', host: 'srv' })),
      }),
      expected: { status: 400, field: 'indicators' },
    },
    {
      title: 'nothing to ask for',
      path: '/enrich',
      init: post({ indicators: [null, 'n/a'] }),
      expected: { status: 400, code: 'message.noIndicator' },
    },
    {
      title: 'another tenant',
      path: '/enrich',
      init: post({ ip: '10.1.2.3', tenantId: '99999999-2222-4333-8444-555555555555' }),
      expected: { status: 400, code: 'message.otherTenant' },
    },
    {
      title: 'a prototype as a field',
      path: '/enrich',
      init: post('{"indicators":["10.1.2.3"],"__proto__":{"waitMs":0}}'),
      expected: { status: 400, field: '__proto__' },
    },
    {
      title: 'a parameter that comes twice',
      path: '/machines?top=1&top=2',
      expected: { status: 400, parameter: 'top' },
    },
    {
      title: 'a body of brackets',
      path: '/enrich',
      init: post('['.repeat(125_000) + ']'.repeat(125_000)),
      expected: { status: 400, code: 'message.tooDeep' },
    },
    {
      title: 'a body that is not UTF-8',
      path: '/enrich',
      init: { method: 'POST', body: Buffer.from([0x22, 0xff, 0xfe, 0x22]) },
      expected: { status: 400, code: 'request.notJson' },
    },
    {
      title: 'OPTIONS',
      path: '/machines',
      init: { method: 'OPTIONS' },
      expected: { status: 405, allow: 'GET' },
    },
    {
      title: 'a body that is too large',
      path: '/enrich',
      init: post(' '.repeat(256 * 1024 + 1)),
      expected: { status: 413, code: 'request.tooLarge' },
    },
    {
      title: 'a payload that cannot be read',
      path: '/ingest',
      init: post('{"ip":'),
      expected: { status: 422, code: 'message.notJson' },
    },
  ])('refuse $title with a problem', async ({ path, init, expected, detail = /./ }) => {
    const { status, headers, body } = await ask(base, path, init);

    expect({ ...body, status, allow: headers.get('allow') }).toMatchObject(expected);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body.detail).toMatch(detail);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-correlation-id')).toBe(body['correlationId']);
  });

  it('refuse HEAD, without a body', async () => {
    const { status, headers, body } = await ask(base, '/machines', { method: 'HEAD' });

    expect({ status, allow: headers.get('allow'), body }).toEqual({
      status: 405,
      allow: 'GET',
      body: {},
    });
  });

  it.each([
    { path: '/enrich', method: 'POST', body: '{"host":"srv-payroll-02"}' },
    { path: '/machines/srv-payroll-02?async=true', method: 'GET', body: '' },
  ])('refuse $method $path at a host that nobody vouches for, before any work', async (asked) => {
    const before = stack.emulators.defender.log().length;
    const request = httpRequest(`${base}${asked.path}`, {
      method: asked.method,
      headers: { host: 'evil.example' },
    });

    const [response] = (await once(request.end(asked.body), 'response')) as [IncomingMessage];
    const problem = (await json(response)) as { code: string };

    expect([response.statusCode, problem.code]).toEqual([400, 'request.unknownHost']);
    expect(stack.emulators.defender.log()).toHaveLength(before);
    expect(stack.isIdle()).toBe(true);
  });

  it('refuse a body that is sent in chunks, as the host hands on nothing of it', async () => {
    const before = stack.emulators.defender.log().length;
    const request = httpRequest(`${base}/enrich`, { method: 'POST' });

    request.write('{"host":"srv-payroll-02"}'); // Before its end is known, so Node sends it in chunks.
    const [response] = (await once(request.end(), 'response')) as [IncomingMessage]; // as documented
    const problem = (await json(response)) as { code: string };

    expect([response.statusCode, problem.code]).toEqual([411, 'request.lengthRequired']);
    expect(stack.emulators.defender.log()).toHaveLength(before);
  });

  const askedSince = (start: number): readonly string[] =>
    stack.emulators.defender
      .log()
      .slice(start)
      .map(({ rawUrl }) => rawUrl)
      .filter((rawUrl) => rawUrl.startsWith('/api/'));

  it.each([
    { path: '/ips/%3A%3AFFFF%3A10.9.0.1/alerts', target: '/api/ips/10.9.0.1/alerts' },
    { path: '/ips/2001:DB8:0:0::00AD/alerts', target: '/api/ips/2001:db8::ad/alerts' },
    {
      path: `/files/${'AB'.repeat(20)}/machines`,
      target: `/api/files/${'ab'.repeat(20)}/machines`,
    },
    {
      path: `/alerts/${alerts.unknown.toUpperCase()}/machine`,
      target: `/api/alerts/${alerts.unknown.toUpperCase()}/machine`,
    },
    { path: `/machines/${'CD'.repeat(20)}`, target: `/api/machines/${'cd'.repeat(20)}` },
    {
      path: '/machines/%53RV-Unknown.Contoso.COM.',
      target:
        '/api/machines?$top=1000&$skip=0&$count=true&$filter=computerDnsName%20eq%20%27srv-unknown.contoso.com%27',
    },
    {
      path: `/machines?filter=${encodeURIComponent("computerDnsName eq 'o''brien?&$top=9#'")}&top=3`,
      target:
        '/api/machines?$top=4&$skip=0&$filter=computerDnsName%20eq%20%27o%27%27brien%3F%26%24top%3D9%23%27',
    },
  ])('ask Defender for exactly what $path is, however it is spelt', async ({ path, target }) => {
    const before = stack.emulators.defender.log().length;

    await ask(base, path);

    expect(askedSince(before)[0]).toBe(target);
  });

  it.each([
    { parameter: 'ip', route: (value: string) => `/ips/${value}/alerts` },
    { parameter: 'hash', route: (value: string) => `/files/${value}/machines` },
    { parameter: 'alertId', route: (value: string) => `/alerts/${value}/machine` },
    { parameter: 'idOrName', route: (value: string) => `/machines/${value}` },
  ])('refuse 200 hostile values of $parameter, or ask Defender as intended', async ({ route }) => {
    const before = stack.emulators.defender.log().length;

    const statuses = new Map<number, number>();
    for (const [index, value] of hostileValues.entries()) {
      // Each from a caller of its own, so that no budget ends the test early.
      const headers = { 'x-functions-key': `caller ${index}` };
      const { status } = await ask(base, route(encodeURIComponent(value)), { headers });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }

    const targets = askedSince(before);
    expect(hostileValues).toHaveLength(200);
    // So many names are asked for that some find no slot.
    expect([...statuses.keys()].filter((status) => ![200, 400, 404, 429].includes(status))).toEqual(
      [],
    );
    expect(targets.filter((target) => !isIntended(target))).toEqual([]);
  });
});
