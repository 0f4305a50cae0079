import { beginsLikeJson } from '../../json/beginsLikeJson';
import { isJsonObject, type Json, type JsonObject } from '../../json/Json';
import { isGiven, isList } from '../fields';
import { parseBoundedJson } from '../parseBoundedJson';
import { fieldPath } from '../joinPath';

/** A value of a message and its path. A missing value has a place too: its value is null. */
export class Place {
  private constructor(
    readonly value: Json,
    /** As in `alerts[0].evidence[2].ipAddress`; '' = the whole. */
    readonly path: string,
    /** The last key of the path; '' for the whole and for entries of a list. */
    readonly key: string,
  ) {}

  static of(body: Json): Place {
    return new Place(body, '', '');
  }

  /** Neither missing, null, empty text nor a list of nothing else. */
  get isGiven(): boolean {
    return isGiven(this.value);
  }

  /** Text or a number without white space around it; null for anything else, and for nothing. */
  get text(): string | null {
    const { value } = this;
    if (typeof value !== 'string' && typeof value !== 'number') return null;
    return String(value).trim() || null;
  }

  /** The entries of a list; anything else that is given counts as a list of one. */
  get list(): readonly Place[] {
    if (!this.isGiven) return [];
    const { value, path } = this;
    return isList(value)
      ? value.map((each, index) => new Place(each, `${path}[${index}]`, ''))
      : [this];
  }

  /** The fields of an object; of anything else none. */
  get fields(): readonly Place[] {
    return isJsonObject(this.value) ? Object.keys(this.value).map((key) => this.field(key)) : [];
  }

  /**
   * The first of these fields that is given. A key with dots is found nested and dotted, and in any mix of both:
   * `host.ip` in `{"host": {"ip": …}}` and in `{"host.ip": …}`.
   */
  at(...keys: readonly string[]): Place {
    for (const key of keys) {
      const found = this.descend(key);
      if (found?.isGiven) return found;
    }
    return new Place(null, fieldPath(this.path, keys[0] ?? ''), keys[0] ?? '');
  }

  /** Whether it is one of these texts, in any case. */
  is(...texts: readonly string[]): boolean {
    const text = this.text?.toLowerCase();
    return texts.some((each) => each.toLowerCase() === text);
  }

  /** JSON held as text, parsed in place; any other value as it is. */
  json(): Place {
    const { value, path, key } = this;
    if (typeof value !== 'string' || !beginsLikeJson(value)) return this;
    const parsed = parseBoundedJson(value);
    return parsed.ok ? new Place(parsed.value, path, key) : this;
  }

  /** The parts of a text, each at this place; of anything else none. */
  split(separator: string): readonly Place[] {
    const parts = this.text?.split(separator) ?? [];
    return parts.map((part) => new Place(part.trim(), this.path, this.key));
  }

  /** The same place with another value. */
  with(value: Json): Place {
    return new Place(value, this.path, this.key);
  }

  private descend(key: string): Place | null {
    const { value } = this;
    if (!isJsonObject(value)) return null;
    if (Object.hasOwn(value, key)) return this.field(key);
    for (let dot = key.indexOf('.'); dot > 0; dot = key.indexOf('.', dot + 1)) {
      const first = key.slice(0, dot);
      if (!Object.hasOwn(value, first)) continue;
      const found = this.field(first).descend(key.slice(dot + 1));
      if (found) return found;
    }
    return null;
  }

  private field(key: string): Place {
    const { [key]: value = null } = this.value as JsonObject;
    return new Place(value, fieldPath(this.path, key), key);
  }
}
