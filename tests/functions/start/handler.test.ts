import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import { createStartRoute } from '../../../functions/start/handler';

describe('GET /api/start', () => {
  let page: string;
  let headers: Readonly<Record<string, string>>;
  beforeAll(async () => {
    const answer = await createStartRoute().handler({} as never); // asks nothing of its request
    page = answer.body as string;
    headers = answer.headers ?? {};
  });
  const inner = (tag: 'style' | 'script') =>
    new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page)?.[1] ?? '';
  const policy = () => headers['content-security-policy'] ?? '';

  it('is a page that every browser takes for one', () => {
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  });

  it.each(['style', 'script'] as const)('lets only its own %s in', (tag) => {
    const digest = createHash('sha256').update(inner(tag)).digest('base64');

    expect(policy()).toContain(`${tag}-src 'sha256-${digest}'`);
    expect(page.match(new RegExp(`<${tag}`, 'g'))).toHaveLength(1);
  });

  it('loads nothing, is framed by nothing and asks only this app', () => {
    expect(policy()).toMatch(/^default-src 'none'; /);
    expect(policy()).toContain("connect-src 'self'");
    expect(policy()).toContain("frame-ancestors 'none'");
    expect(policy()).not.toContain('unsafe');
    expect(page).not.toMatch(/https?:|\ssrc=|\sstyle=|\son[a-z]+=/);
  });

  it('has a script that parses, and that puts values in as text only', () => {
    expect(() => new Script(inner('script'))).not.toThrow();
    expect(inner('script')).not.toMatch(
      /innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(/,
    );
  });

  it('has every place that its script fills', () => {
    const asked = [...inner('script').matchAll(/(?:byId|fill|show\w+)\('([a-z]+)'/g)];

    const missing = asked.map(([, id]) => id).filter((id) => !page.includes(`id="${id}"`));
    expect(asked.length).toBeGreaterThan(5);
    expect(missing).toEqual([]);
  });

  it('knows light and dark', () => {
    expect(inner('style')).toContain('@media (prefers-color-scheme: dark)');
  });
});
