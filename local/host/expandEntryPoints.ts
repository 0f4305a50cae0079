import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The files that a package.json `main` names, relative to `appRoot`, sorted. The worker reads `main` as a glob:
 * `*`, `?`, `**` and `{a,b}` (which may span folders) are understood; dot files never match a wildcard.
 */
export function expandEntryPoints(appRoot: string, main: string): readonly string[] {
  const files = expandBraces(main).flatMap((pattern) => walk(appRoot, '', pattern.split('/')));
  return [...new Set(files)].sort();
}

function expandBraces(pattern: string): readonly string[] {
  const match = /^(.*?)\{([^{}]*)\}(.*)$/.exec(pattern);
  if (!match) return [pattern];
  const [, before = '', alternatives = '', after = ''] = match;
  return alternatives.split(',').flatMap((one) => expandBraces(before + one + after));
}

function walk(root: string, folder: string, segments: readonly string[]): readonly string[] {
  const [segment, ...rest] = segments;
  if (segment === undefined) return [];
  if (segment === '' || segment === '.') return walk(root, folder, rest);

  const entries = entriesOf(join(root, folder)).filter(({ name }) => !name.startsWith('.'));
  if (segment === '**') {
    const deeper = entries.filter((entry) => entry.isDirectory());
    return [
      ...walk(root, folder, rest),
      ...deeper.flatMap(({ name }) => walk(root, join(folder, name), segments)),
    ];
  }
  const matches = entries.filter(({ name }) => toRegExp(segment).test(name));
  if (rest.length === 0) {
    return matches.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
  }
  return matches
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => walk(root, join(folder, name), rest));
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // A folder that is not there matches nothing, like any glob.
  }
}

function toRegExp(segment: string): RegExp {
  const escaped = segment.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
