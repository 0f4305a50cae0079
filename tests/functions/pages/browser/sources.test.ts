import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', '..', '..', '..', 'functions', 'pages', 'browser');
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
const scripts = files.filter((name) => name.endsWith('.ts'));
const pages = files.filter((name) => name.endsWith('.html'));

describe('What runs in the browser', () => {
  it.each(scripts)('%s puts values in as text only', (name) => {
    expect(read(name)).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(|srcdoc/,
    );
  });

  it('keeps nothing in the browser that outlives the tab', () => {
    const keeping = scripts.filter((name) => /localStorage|cookie\b/.test(read(name)));

    expect(keeping).toEqual([]);
  });

  it('takes only types from what runs on the server, beside pure functions of texts', () => {
    const imports = scripts.flatMap((name) => read(name).match(/^import .*\/shared\/.*$/gm) ?? []);

    expect(imports.length).toBeGreaterThan(5);
    const others = imports.filter((line) => !/^import type|\/shared\/text\//.test(line));
    expect(others).toEqual([]);
  });
});

describe.each(pages)('%s', (name) => {
  it('has no style, script or handler outside of what the policy lets in', () => {
    expect(read(name)).not.toMatch(/https?:|<script|<style|\ssrc=|\sstyle=|\son[a-z]+=/);
  });

  it('labels every field', () => {
    const fields = [...read(name).matchAll(/<(?:input|textarea)[^>]* id="(\w+)"/g)];

    const unlabelled = fields
      .map(([, id = '']) => id)
      .filter((id) => !read(name).includes(`for="${id}"`));
    expect(unlabelled).toEqual([]);
  });
});

it.each([
  { page: 'start.html', script: /^start\.ts$/ },
  { page: 'dashboard.html', script: /^(?!start\.ts$)/ },
])('$page has every place that its script fills', ({ page, script }) => {
  const used = scripts
    .filter((name) => script.test(name))
    .flatMap((name) => [
      ...read(name).matchAll(/(?:byId|inputById|fillRows|new Chart)\(\s*'(\w+)'/g),
    ])
    .map(([, id = '']) => id);

  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((id) => !read(page).includes(`id="${id}"`))).toEqual([]);
});
