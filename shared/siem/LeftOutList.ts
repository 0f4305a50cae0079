import type { Json } from '../json/Json';
import { toText } from './fields';
import type { LeftOut } from '../records/requestFields';
import { leftOutReason, type LeftOutCode } from './LeftOut';

export const MAX_LEFT_OUT = 50;
export const MAX_SHOWN_CHARACTERS = 128;

/** What a message names and this app does not look up: all of it counted, the first 50 listed. */
export class LeftOutList {
  readonly list: LeftOut[] = [];
  count = 0;

  add(value: Json, path: string, code: LeftOutCode): void {
    this.count += 1;
    if (this.list.length >= MAX_LEFT_OUT) return;
    const shown = toText(value).slice(0, MAX_SHOWN_CHARACTERS);
    this.list.push({ value: shown, path, reason: leftOutReason(code) });
  }
}
