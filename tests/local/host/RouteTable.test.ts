import { RouteTable } from '../../../local/host/RouteTable';

const TEMPLATES = [
  'api/{*rest}',
  'api/ips/{ip}/machines',
  'api/ips/{ip}/alerts',
  'api/machines/{idOrName}',
  'api/machines/{number:int}',
  'api/machines',
  'api/pages/{page?}',
  'api/files/{*path}',
  'api/machines/latest',
];
const table = new RouteTable(
  TEMPLATES.map((template) => ({ template, methods: ['GET'], target: template })),
);

describe('RouteTable.match()', () => {
  it.each([
    {
      path: '/api/ips/10.1.2.3/machines',
      target: 'api/ips/{ip}/machines',
      params: { ip: '10.1.2.3' },
    },
    { path: '/API/IPS/10.1.2.3/Alerts', target: 'api/ips/{ip}/alerts', params: { ip: '10.1.2.3' } },
    { path: '/api/machines', target: 'api/machines', params: {} },
    { path: '/api/machines/', target: 'api/machines', params: {} },
    { path: '/api/machines/latest', target: 'api/machines/latest', params: {} },
    { path: '/api/machines/17', target: 'api/machines/{number:int}', params: { number: '17' } },
    { path: '/api/machines/17a', target: 'api/machines/{idOrName}', params: { idOrName: '17a' } },
    { path: '/api/pages', target: 'api/pages/{page?}', params: {} },
    { path: '/api/pages/2', target: 'api/pages/{page?}', params: { page: '2' } },
    { path: '/api/files', target: 'api/files/{*path}', params: {} },
    { path: '/api/files/a/b%20c', target: 'api/files/{*path}', params: { path: 'a/b c' } },
    {
      path: '/api/machines/a%2Fb',
      target: 'api/machines/{idOrName}',
      params: { idOrName: 'a%2Fb' },
    },
    { path: '/api/ips/%3A%3A1/machines', target: 'api/ips/{ip}/machines', params: { ip: '::1' } },
    {
      path: '/api/machines/%E0%A4%A',
      target: 'api/machines/{idOrName}',
      params: { idOrName: '%E0%A4%A' },
    },
    { path: '/api/ips//machines', target: 'api/{*rest}', params: { rest: 'ips//machines' } },
    { path: '/api/machines/a/b', target: 'api/{*rest}', params: { rest: 'machines/a/b' } },
    { path: '/api', target: 'api/{*rest}', params: {} },
  ])('finds $target for $path', ({ path, target, params }) => {
    expect(table.match('GET', path)).toEqual({ target, params });
  });

  it.each(['/', '/other', '/apis/x'])('finds nothing for %s', (path) => {
    expect(table.match('GET', path)).toBeUndefined();
  });

  it('tries the next route when the method differs', () => {
    const routes = new RouteTable([
      { template: 'a/b', methods: ['POST'], target: 'literal' },
      { template: 'a/{x}', methods: ['GET'], target: 'parameter' },
    ]);

    expect(routes.match('GET', '/a/b')?.target).toBe('parameter');
    expect(routes.match('PUT', '/a/b')).toBeUndefined();
  });
});

describe('RouteTable', () => {
  it.each([
    { template: 'a/x-{id}', message: 'Cannot parse "x-{id}"' },
    { template: '{*rest}/b', message: 'must come last' },
    { template: '{id?}/b', message: 'must come last' },
    { template: '{id:phone}', message: 'no route constraint "phone"' },
  ])('refuses $template: $message', ({ template, message }) => {
    expect(() => new RouteTable([{ template, methods: ['GET'], target: 1 }])).toThrow(message);
  });
});
