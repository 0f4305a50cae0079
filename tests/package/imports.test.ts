import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const PRODUCT = ['functions', 'shared', 'local', 'cli'];
/** What each part of the product may import besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  functions: ['shared'],
  local: ['shared'],
  cli: ['shared', 'local'],
};

/** Imports of each file by path below the root, those of types only included, which the lint rule passes over. */
function importsByFile(): ReadonlyMap<string, readonly string[]> {
  const files = PRODUCT.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  return new Map(
    files.map((file) => {
      const source = readFileSync(join(ROOT, file), 'utf8');
      const specifiers = [...source.matchAll(/from '(\.[^']+)'/g)].map(([, name = '']) => name);
      // Data, such as the version in package.json, depends on nothing.
      const code = specifiers.filter((name) => !name.endsWith('.json'));
      const targets = code.map((name) => `${resolve(ROOT, dirname(file), name)}.ts`);
      return [file, targets.map((target) => relative(ROOT, target))];
    }),
  );
}

describe('imports', () => {
  const imports = importsByFile();

  it('point one way between the parts of the product', () => {
    const partOf = (file: string) => file.split('/')[0] ?? '';
    const wrong = [...imports].flatMap(([file, targets]) =>
      targets
        .filter((target) => partOf(target) !== partOf(file))
        .filter((target) => !MAY_IMPORT[partOf(file)]?.includes(partOf(target)))
        .map((target) => `${file} → ${target}`),
    );

    expect(wrong).toEqual([]);
  });

  it('make no cycle, even of types', () => {
    const finished = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (path.includes(file) || finished.has(file)) return;
      for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
      finished.add(file);
    };
    for (const file of imports.keys()) visit(file, []);

    expect(cycles).toEqual([]);
  });
});
