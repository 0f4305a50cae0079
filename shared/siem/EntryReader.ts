import type { Ignored } from '../lookups/Lookup';
import { detectIndicatorKind } from '../kinds/detectIndicatorKind';
import { isJsonObject, type Json, type JsonObject } from '../json/Json';
import { fieldOf, hasOtherFields, toFields, valuesOf, type Field } from './entryFields';
import { exactText, isGiven, isList, toText } from './fields';
import type { LeftOutCode } from './LeftOut';
import { LeftOutList } from './LeftOutList';
import { readTime } from './readTime';
import { saysNothing } from './saysNothing';
import type { GivenTime, SiemIndicator } from './SiemRequest';
import type { Meaning } from './spellings';
import { fieldPath } from './joinPath';

/** Of a message; beyond it nothing is read, and the message is refused. */
export const MAX_INDICATORS = 500;

/** What holds for every value of an entry. */
type Entry = Pick<SiemIndicator, 'ref' | 'time'>;

/** Reads the entries of a message, one after the other. Each of them ends in `indicators` or in `leftOut`. */
export class EntryReader {
  readonly indicators: SiemIndicator[] = [];
  readonly leftOut = new LeftOutList();
  readonly ignored: Ignored[] = [];

  /** `eventTime` is that of entries without a time. */
  constructor(private readonly eventTime: GivenTime | null) {}

  /** A bare value, an object that names the kinds of its values, or a list of those; `path`: its place. */
  read(entry: Json, path: string): void {
    if (this.indicators.length > MAX_INDICATORS) return;
    if (isJsonObject(entry)) this.readObject(entry, path);
    else if (isList(entry) && entry.length > 0) {
      entry.forEach((each, index) => {
        this.read(each, `${path}[${index}]`);
      });
    } else this.readValue(entry, path, null, { ref: null, time: this.eventTime });
  }

  leaveOut(value: Json, path: string, code: LeftOutCode): void {
    this.leftOut.add(value, path, code);
  }

  /** Each value whose key or type names its kind is a separate indicator. */
  private readObject(object: JsonObject, path: string): void {
    const fields = toFields(object);
    const entry = { ref: this.refOf(fields, path), time: this.timeOf(fields, path) };
    const values = valuesOf(fields);
    const given = values.filter(({ value }) => isGiven(value));
    for (const { key, value, meaning } of given) {
      this.readValue(value, fieldPath(path, key), meaning, entry);
    }
    if (given.length > 0) return;
    const [first] = values;
    if (first) this.leaveOut(first.value, fieldPath(path, first.key), 'entry.empty');
    else if (!hasOtherFields(fields)) this.leaveOut(object, path, 'entry.empty');
    else if (path !== '') this.addUnknown(object, path, entry);
  }

  private readValue(value: Json, path: string, meaning: Meaning | null, entry: Entry): void {
    if (typeof value === 'string' || typeof value === 'number') {
      this.readText(String(value), path, meaning, entry);
    } else if (isList(value) && value.length > 0) {
      value.forEach((each, index) => {
        this.readValue(each, `${path}[${index}]`, meaning, entry);
      });
    } else if (isJsonObject(value)) this.addUnknown(value, path, entry);
    else this.leaveOut(value, path, 'entry.empty');
  }

  private readText(text: string, path: string, meaning: Meaning | null, entry: Entry): void {
    if (saysNothing(text, meaning?.kind ?? null)) {
      this.leaveOut(text, path, 'entry.empty');
      return;
    }
    const { kind, hashAlgorithm } = meaning ?? {
      kind: detectIndicatorKind(text) ?? 'unknown',
      hashAlgorithm: null,
    };
    this.indicators.push({ kind, text, hashAlgorithm, path, ...entry, alternatives: [] });
  }

  private addUnknown(value: Json, path: string, entry: Entry): void {
    const text = toText(value);
    const nothing = { hashAlgorithm: null, alternatives: [] };
    this.indicators.push({ kind: 'unknown', text, path, ...nothing, ...entry });
  }

  private refOf(fields: readonly Field[], path: string): string | null {
    const ref = fieldOf(fields, 'ref');
    if (!ref || !isGiven(ref.value)) return null;
    const parsed = exactText.safeParse(ref.value);
    if (parsed.success) return parsed.data;
    this.ignored.push({ path: fieldPath(path, ref.key), code: 'field.malformed' });
    return null;
  }

  private timeOf(fields: readonly Field[], path: string): GivenTime | null {
    const time = fieldOf(fields, 'observedat');
    if (!time || !isGiven(time.value)) return this.eventTime;
    return { ...readTime(toText(time.value)), from: 'indicator', path: fieldPath(path, time.key) };
  }
}
