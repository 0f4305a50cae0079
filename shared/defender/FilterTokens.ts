/** Where a filter stops making sense, and what would make sense there. */
export interface FilterProblem {
  /** Counts characters from 1. */
  readonly position: number;
  readonly message: string;
}

const SPACE = /\s*/y;
const NAME = /[A-Za-z_]\w*/y;
const TEXT = /'((?:[^']|'')*)'/y;
const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/iy;
/** With a day alone as Microsoft writes it, `2018-08-01Z`: its midnight. */
const INSTANT = /(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)(?![\w.:+-])/y;
const INTEGER = /-?\d{1,15}(?![\w.:-])/y;
/** What the refusal shows of the text in question. */
const FOUND = /'[^']{0,30}'?|[\w.:-]{1,30}|\S/y;

/** `Date.parse` takes the 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
  const at = Date.parse(day);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

class FilterSyntaxError extends Error {
  constructor(readonly problem: FilterProblem) {
    super(problem.message);
  }
}

/** Reads a filter's text from left to right; a missing token is reported and ends the reading. */
export class FilterTokens {
  private at = 0;

  constructor(private readonly text: string) {}

  /** The problem that made reading stop; null for any other error. */
  static problemOf(error: unknown): FilterProblem | null {
    return error instanceof FilterSyntaxError ? error.problem : null;
  }

  isAtEnd(): boolean {
    this.match(SPACE);
    return this.at === this.text.length;
  }

  takeIf(token: string): boolean {
    if (!this.isNext(token)) return false;
    this.at += token.length;
    return true;
  }

  take(token: string): void {
    if (!this.takeIf(token)) this.fail(`'${token}'`);
  }

  takeOneOf<T extends string>(tokens: readonly T[]): T {
    return tokens.find((token) => this.takeIf(token)) ?? this.fail(tokens.join(', '));
  }

  peekName(): string | null {
    const before = this.at;
    const [name = null] = this.token(NAME) ?? [];
    this.at = before;
    return name;
  }

  takeName(expected: string): string {
    return this.token(NAME)?.[0] ?? this.fail(expected);
  }

  takeText(): string {
    const [, quoted] = this.token(TEXT) ?? [];
    return quoted?.replaceAll("''", "'") ?? this.fail("a text in single quotes ('' stands for ')");
  }

  takeGuid(): string {
    return this.token(GUID)?.[0] ?? this.fail('a GUID without quotes');
  }

  takeInteger(): number {
    const [digits] = this.token(INTEGER) ?? [];
    return digits === undefined ? this.fail('a whole number') : Number(digits);
  }

  /** Unix ms. */
  takeInstant(): number {
    const expected = 'an instant without quotes, such as 2026-11-20T08:15:00Z';
    const before = this.at;
    const [, day = '', time = 'T00:00:00', zone = ''] = this.token(INSTANT) ?? [];
    const at = Date.parse(`${day}${time}${zone}`);
    if (isDay(day) && !Number.isNaN(at)) return at;
    this.at = before;
    return this.fail(expected);
  }

  /** @param at where, if not here */
  fail(expected: string, at?: number): never {
    this.match(SPACE);
    this.at = at ?? this.at;
    const position = this.at + 1;
    const [found] = this.match(FOUND) ?? ['the end'];
    const message = `At position ${position}: expected ${expected}, found ${found}`;
    throw new FilterSyntaxError({ position, message });
  }

  /** A word matches only as a whole. */
  private isNext(token: string): boolean {
    this.match(SPACE);
    if (!this.text.startsWith(token, this.at)) return false;
    const isWord = /\w$/.test(token);
    return !isWord || !/^\w/.test(this.text.slice(this.at + token.length));
  }

  private token(pattern: RegExp): RegExpExecArray | null {
    this.match(SPACE);
    return this.match(pattern);
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    const sticky = new RegExp(pattern.source, pattern.flags);
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text);
    if (found) this.at = sticky.lastIndex;
    return found;
  }
}
