import type { Json } from '../json/Json';
import type { LeftOut } from '../records/requestFields';
import { toLeftOut, type LeftOutCode } from './LeftOut';

export const MAX_LEFT_OUT = 50;

/** What a message names and this app does not look up: all of it counted, the first 50 listed. */
export class LeftOutList {
  readonly list: LeftOut[] = [];
  count = 0;

  add(value: Json, path: string, code: LeftOutCode): void {
    this.count += 1;
    if (this.list.length >= MAX_LEFT_OUT) return;
    this.list.push(toLeftOut(value, path, code));
  }
}
