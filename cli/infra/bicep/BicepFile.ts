import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Language, Parser, type Node } from 'web-tree-sitter';
import { BicepError } from './Value';

/** A declaration with its decorators, by name of the function. */
export interface Declaration {
  readonly node: Node;
  readonly name: string;
  readonly decorators: ReadonlyMap<string, Node>;
}

export type DeclarationKind =
  | 'parameter'
  | 'variable'
  | 'resource'
  | 'module'
  | 'output'
  | 'type'
  | 'import';

/** Texts of Bicep files by path; tests put others in place of those on disk. */
export type ReadText = (path: string) => string;

const KINDS: Readonly<Record<string, DeclarationKind>> = {
  parameter_declaration: 'parameter',
  variable_declaration: 'variable',
  resource_declaration: 'resource',
  module_declaration: 'module',
  output_declaration: 'output',
  type_declaration: 'type',
  import_functionality: 'import',
};
const IGNORED = new Set(['comment', 'diagnostic_comment', 'target_scope_assignment']);

let parser: Promise<Parser> | null = null;

/** Reads Bicep: the grammar is WebAssembly, no compiler is needed. */
export function createBicepParser(): Promise<Parser> {
  parser ??= (async () => {
    await Parser.init();
    const home = dirname(require.resolve('tree-sitter-bicep/package.json'));
    // From bytes: with a path the library imports a module, which not every caller can.
    const bicep = await Language.load(readFileSync(join(home, 'tree-sitter-bicep.wasm')));
    return new Parser().setLanguage(bicep);
  })();
  return parser;
}

/** One parsed file. */
export class BicepFile {
  readonly declarations: readonly (Declaration & { readonly kind: DeclarationKind })[];

  /** @throws BicepError naming line and column of what cannot be read. */
  constructor(
    parser: Parser,
    readonly path: string,
    text: string,
  ) {
    const root = parser.parse(text)?.rootNode;
    if (!root) throw new BicepError(`${path}: cannot be read`);
    if (root.hasError) throw new BicepError(`${placeIn(path, firstError(root) ?? root)}: syntax`);
    let decorators = new Map<string, Node>();
    const found: (Declaration & { kind: DeclarationKind })[] = [];
    for (const node of root.namedChildren) {
      if (IGNORED.has(node.type)) continue;
      if (node.type === 'decorators') {
        decorators = readDecorators(node);
        continue;
      }
      const kind = KINDS[node.type];
      if (!kind) throw new BicepError(`${placeIn(path, node)}: ${node.type} is not supported`);
      const name = node.namedChildren[0]?.text ?? '';
      found.push({ kind, node, name, decorators });
      decorators = new Map();
    }
    this.declarations = found;
  }

  of(kind: DeclarationKind): readonly Declaration[] {
    return this.declarations.filter((declaration) => declaration.kind === kind);
  }

  placeOf(node: Node): string {
    return placeIn(this.path, node);
  }
}

function readDecorators(node: Node): Map<string, Node> {
  return new Map(
    node.namedChildren.flatMap((decorator) => {
      const call = decorator.namedChildren[0];
      const name = call?.childForFieldName('function')?.text.replace(/^sys\./, '');
      return call && name !== undefined ? [[name, call] as const] : [];
    }),
  );
}

function firstError(node: Node): Node | undefined {
  if (node.isError || node.isMissing) return node;
  return node.children.map(firstError).find((found) => found !== undefined);
}

function placeIn(path: string, { startPosition: { row, column } }: Node): string {
  return `${path}:${row + 1}:${column + 1}`;
}
