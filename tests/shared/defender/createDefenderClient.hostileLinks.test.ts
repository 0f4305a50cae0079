import { createDefenderClient } from '../../../shared/defender/createDefenderClient';
import { createHttpTransport } from '../../../shared/http/createHttpTransport';
import type { HttpTransport } from '../../../shared/http/HttpTransport';
import { startTestServer, type TestServer } from '../http/startTestServer';
import { plantedToken } from '../identity/plantedToken';
import { queries } from './queries';

const origin = 'https://api.security.microsoft.com';

function clientOf(apiBaseUrl: string, transport: HttpTransport) {
  return createDefenderClient({
    apiBaseUrl,
    clock: { now: () => 0 },
    tokens: plantedToken(),
    transport,
  });
}

describe('DefenderClient, answered with hostile links', () => {
  let attacker: TestServer;
  let service: TestServer;
  let answerWith: 'Location' | '@odata.nextLink';
  let link: string;
  const transport = createHttpTransport();

  beforeAll(async () => {
    attacker = await startTestServer((_, response) => response.end('{"value":[]}'));
    service = await startTestServer((_, response) => {
      if (answerWith === 'Location') {
        response.writeHead(302, { location: Buffer.from(link).toString('latin1') }).end();
      } else {
        response.end(JSON.stringify({ value: [], '@odata.nextLink': link }));
      }
    });
  });

  afterAll(async () => {
    transport.close();
    await service.close();
    await attacker.close();
  });

  /** `A` stands for the attacker's host and port, `a` for its port, `S` for the service's host and port. */
  const links = [
    'http://A/',
    'HTTP://A/api/machines',
    'http://localhost:a/',
    'http://LOCALHOST:a/api/machines?$skip=1000',
    'http://localhost.:a/',
    'http://127.1:a/',
    'http://0x7f000001:a/',
    'http://2130706433:a/',
    'http://0177.0.0.1:a/',
    'http://[::ffff:127.0.0.1]:a/',
    'http://0:a/',
    '//A/',
    '///A/',
    '////A/api/machines',
    '\\\\A\\',
    '/\\A/',
    '\\/\\/A/',
    'http:A/',
    'http:/A/',
    'http:///A/',
    'http:\\\\A\\api',
    'http://S@A/',
    'http://S:443@A/',
    'http://S%2F@A/',
    'http://S\\@A/',
    'http://S#@A/',
    'http://A#S',
    'http://A?S',
    'http://A/http://S/api/machines',
    'http://A\\@S/',
    'http://A%00S/',
    'http://A%23S/',
    'http://A&S/',
    ' http://A/',
    '\u0001http://A/',
    'ht\ttp://A/',
    'http://１２７.０.０.１:a/',
    'http://127。0。0。1:a/',
    'http://S/api/machines?$skip=0',
    'http://S/api/machines?$top=1000&$skip=0',
    '?$skip=0',
    'machines?$skip=0',
    'javascript:fetch("http://A/")',
    'data:application/json,{"value":[]}',
    'file:///etc/passwd',
    'http://A:65536/',
    'http://S.A/',
    'http://A/LONG',
  ];
  const portOf = ({ origin: url }: TestServer) => new URL(url).port;

  it.each(links)('follows none: %j', async (template) => {
    link = template
      .replaceAll('A', `127.0.0.1:${portOf(attacker)}`)
      .replace('LONG', 'x'.repeat(8_000))
      .replaceAll(':a', `:${portOf(attacker)}`)
      .replaceAll('S', `127.0.0.1:${portOf(service)}`);
    const client = clientOf(service.origin, transport);
    const before = service.requests.length;

    answerWith = '@odata.nextLink';
    await client.call(queries.machines);
    answerWith = 'Location';
    if (isSendableHeader(link)) {
      await expect(client.call(queries.machines)).rejects.toMatchObject({ status: 302 });
    }

    expect(service.requests.length - before).toBe(isSendableHeader(link) ? 2 : 1);
    expect(attacker.requests).toEqual([]);
    expect(attacker.connections()).toBe(0);
  });

  const isSendableHeader = (value: string) => !/[\0-\x08\x0a-\x1f]/.test(value);
});

describe('createDefenderClient()', () => {
  it.each([
    '',
    'api.security.microsoft.com',
    `${origin}/`,
    `${origin}/api`,
    `${origin}//evil.example`,
    `${origin}?x=`,
    `${origin}#`,
    `${origin}:443`,
    `${origin}@evil.example`,
    `${origin}\\@evil.example`,
    `${origin}%2F@evil.example`,
    `https://token:x@api.security.microsoft.com`,
    'https:api.security.microsoft.com',
    'https:\\\\api.security.microsoft.com',
    'HTTPS://API.SECURITY.MICROSOFT.COM',
    ' https://api.security.microsoft.com',
    'https://api.security.microsoft.com\n',
    'https://api．security．microsoft．com',
    '//api.security.microsoft.com',
    'file:///api',
    'data:text/plain,',
    'javascript:alert(1)',
    'null',
    'ftp://api.security.microsoft.com',
    'blob:https://api.security.microsoft.com/',
  ])('refuses the base URL %j', (apiBaseUrl) => {
    expect(() =>
      clientOf(apiBaseUrl, {
        prepare: () => undefined,
        get: () => Promise.reject(new Error('sent')),
      }),
    ).toThrow(TypeError);
  });
});
