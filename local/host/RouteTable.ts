const CONSTRAINTS: Readonly<Record<string, RegExp>> = {
  alpha: /^[a-z]*$/i,
  bool: /^(true|false)$/i,
  guid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  int: /^-?\d+$/,
  long: /^-?\d+$/,
};

export interface Route<T> {
  /** ASP.NET route template without leading slash, such as `api/ips/{ip}/machines` or `api/{*rest}`. */
  readonly template: string;
  /** Upper case. */
  readonly methods: readonly string[];
  readonly target: T;
}

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'parameter' | 'catchAll';
      readonly name: string;
      readonly isOptional: boolean;
      readonly constraints: readonly RegExp[];
    };

interface ParsedRoute<T> extends Route<T> {
  readonly segments: readonly Segment[];
  readonly precedence: string;
}

/**
 * Routes as ASP.NET routing picks them: segment by segment a literal goes before a constrained parameter, that before
 * a free one, that before a catch-all; the method is part of the match, so the next route is tried when it differs.
 */
export class RouteTable<T> {
  private readonly routes: readonly ParsedRoute<T>[];

  /** @throws SyntaxError for a template that cannot be read. */
  constructor(routes: readonly Route<T>[]) {
    this.routes = routes
      .map((route) => {
        const segments = parseTemplate(route.template);
        return { ...route, segments, precedence: segments.map(rank).join('') };
      })
      .sort((a, b) => (a.precedence < b.precedence ? -1 : a.precedence > b.precedence ? 1 : 0));
  }

  /**
   * @param path percent-encoded, with leading slash. Parameters come decoded, but for `%2F` and what cannot be decoded.
   */
  match(
    method: string,
    path: string,
  ): { readonly target: T; readonly params: Readonly<Record<string, string>> } | undefined {
    const parts = path.replace(/^\//, '').replace(/\/$/, '').split('/').map(decode);
    if (parts.length === 1 && parts[0] === '') parts.pop();
    for (const { methods, segments, target } of this.routes) {
      const params = methods.includes(method) ? matchSegments(segments, parts) : undefined;
      if (params) return { target, params };
    }
    return undefined;
  }
}

function matchSegments(
  segments: readonly Segment[],
  parts: readonly string[],
): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (segment.kind === 'literal') {
      if (part?.toLowerCase() !== segment.text.toLowerCase()) return undefined;
      continue;
    }
    const value = segment.kind === 'catchAll' ? parts.slice(index).join('/') : part;
    if (!value) {
      if (value === undefined ? segment.isOptional : segment.kind === 'catchAll') continue;
      return undefined;
    }
    if (!segment.constraints.every((constraint) => constraint.test(value))) return undefined;
    params[segment.name] = value;
  }
  const isOpenEnded = segments.at(-1)?.kind === 'catchAll';
  return isOpenEnded || parts.length <= segments.length ? params : undefined;
}

function parseTemplate(template: string): readonly Segment[] {
  const segments = template.split('/').filter((text) => text !== '');
  return segments.map((text, index) => {
    if (!/[{}]/.test(text)) return { kind: 'literal', text };
    const match = /^\{(\*{0,2})(\w+)((?::\w+)*)(\?)?\}$/.exec(text);
    if (!match) throw new SyntaxError(`Cannot parse "${text}" in route "${template}".`);
    const [, stars = '', name = '', constraints = '', optional] = match;
    if ((stars || optional) && index < segments.length - 1) {
      throw new SyntaxError(`"${text}" must come last in route "${template}".`);
    }
    return {
      kind: stars ? 'catchAll' : 'parameter',
      name,
      isOptional: optional !== undefined,
      constraints: constraints.split(':').slice(1).map(constraintOf),
    };
  });
}

function constraintOf(name: string): RegExp {
  const constraint = CONSTRAINTS[name.toLowerCase()];
  if (!constraint) throw new SyntaxError(`The local host has no route constraint "${name}".`);
  return constraint;
}

/** RoutePrecedence.ComputeInbound of ASP.NET Core. */
function rank(segment: Segment): number {
  if (segment.kind === 'literal') return 1;
  return (segment.kind === 'parameter' ? 3 : 5) - (segment.constraints.length > 0 ? 1 : 0);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll(/%(2f)/gi, '%25$1'));
  } catch {
    return part;
  }
}
