import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
const CODE = /'((?:app|auth|defender|inventory|quota|request|result)\.[A-Za-z]+)'/g;

const sources = readdirSync(join(ROOT, 'functions'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(ROOT, 'functions', name), 'utf8'));
const codes = new Set(sources.flatMap((text) => [...text.matchAll(CODE)].map(([, code]) => code)));

describe('docs/playbooks.md', () => {
  it('lists every code that a problem can have', () => {
    const documented = readFileSync(join(ROOT, 'docs', 'playbooks.md'), 'utf8');

    const missing = [...codes].filter((code) => !documented.includes(`\`${code}\``));
    expect(missing).toEqual([]);
    expect(codes.size).toBeGreaterThan(10);
  });
});
