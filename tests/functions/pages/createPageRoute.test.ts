import { createHash } from 'node:crypto';
import { createPageRoute } from '../../../functions/pages/createPageRoute';

const parts = { main: '<main></main>', style: 'main{}', script: 'run()' };
const nothing = {} as never; // a page asks nothing of its request

describe('A page', () => {
  let reads = 0;
  const read = () => {
    reads += 1;
    return Promise.resolve(parts);
  };
  const route = createPageRoute({
    path: 'start',
    page: 'start',
    title: 'A title',
    settings: { authority: 'https://login.example/"><script>' },
    origins: ['https://login.example'],
    read,
  });
  const answered = async () => {
    const { body, headers = {} } = await route.handler(nothing);
    return { page: body as string, headers, policy: headers['content-security-policy'] ?? '' };
  };

  it('is open to all and read with its first request, once', async () => {
    const readBefore = reads;
    await answered();
    await answered();

    expect(route).toMatchObject({ auth: 'anonymous', method: 'GET' });
    expect([readBefore, reads]).toEqual([0, 1]);
  });

  it('is a document that every browser takes for one', async () => {
    const { page, headers } = await answered();

    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain('<title>A title</title>');
  });

  it.each(['style', 'script'] as const)('lets only its own %s in', async (part) => {
    const { page, policy } = await answered();
    const digest = createHash('sha256').update(parts[part]).digest('base64');

    expect(policy).toContain(`${part}-src 'sha256-${digest}'`);
    expect(page).toContain(`<${part}>${parts[part]}</${part}>`);
  });

  it('loads nothing, is framed by nothing, and asks only this app and the origins that it is given', async () => {
    const { policy } = await answered();

    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).toContain("connect-src 'self' https://login.example;");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('gives its script what it has to know as attributes, which cannot become markup', async () => {
    const { page } = await answered();

    expect(page).toContain('data-authority="https://login.example/&quot;>');
  });
});
