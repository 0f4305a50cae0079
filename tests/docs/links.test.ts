import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const documents = ['.', 'docs'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

const linksOf = (document: string): readonly string[] =>
  [...textOf(document).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target]) => target ?? '');

/** As GitHub makes them of headings. */
const anchorsOf = (document: string): readonly string[] =>
  [...textOf(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

function textOf(document: string): string {
  return readFileSync(join(ROOT, document), 'utf8').replaceAll(/^```.*?^```/gms, '');
}

function leadsSomewhere(document: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : join(dirname(document), path);
  if (!existsSync(join(ROOT, target))) return false;
  if (anchor === undefined) return true;
  return statSync(join(ROOT, target)).isFile() && anchorsOf(target).includes(anchor);
}

describe('links within the documents', () => {
  it.each(documents)('of %s lead to a file, a folder or a heading that exists', (document) => {
    expect(linksOf(document).filter((link) => !leadsSomewhere(document, link))).toEqual([]);
  });

  it('reach every page of docs/ from README.md', () => {
    const pages = documents.filter((each) => each.startsWith('docs'));

    expect(linksOf('README.md')).toEqual(expect.arrayContaining(pages));
  });
});

describe('examples in the documents', () => {
  it.each(documents)('of %s stand in blocks of code, commands and all', (document) => {
    expect(textOf(document)).not.toMatch(/^(?:\$ |```)/m);
  });
});
