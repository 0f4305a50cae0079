import { MINUTE_MS } from '../clock/durations';

/** An instant as a message wrote it. */
export interface WrittenTime {
  readonly text: string;
  /** Unix ms; null: cannot be read. */
  readonly at: number | null;
  /** Whether it has no zone and was read as UTC. */
  readonly zoneAssumed: boolean;
}

/** Before Defender for Endpoint began: no time that something was seen, but a clock that was not set. */
export const EARLIEST_AT = Date.UTC(2015, 0);

/** How far clocks differ at most. */
const MAX_CLOCK_DIFFERENCE_MS = 5 * MINUTE_MS;

const DATE = String.raw`(\d{4})-(\d\d)-(\d\d)`;
const CLOCK = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?`;
const ZONE = String.raw`(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)`;
const ISO = new RegExp(`^${DATE}[T ]${CLOCK} ?${ZONE}?$`, 'i');
/** Seconds (10 digits, as of 2001) or milliseconds (13) since 1970. */
const EPOCH = /^(?:(\d{10})(?:\.(\d{1,9}))?|(\d{13}))$/;

/** Reads ISO 8601 in the spellings that SIEMs use, and seconds or milliseconds since 1970. */
export function readTime(value: string | number): WrittenTime {
  const text = String(value).trim();
  const iso = ISO.exec(text);
  const [at, zoneAssumed] = iso ? [readIso(iso), iso[8] === undefined] : [readEpoch(text), false];
  return { text, at, zoneAssumed: at !== null && zoneAssumed };
}

/** Whether a sighting at that time is plausible at `now` (Unix ms): neither long ago nor in the future. */
export function isUsable(at: number | null, now: number): boolean {
  return at !== null && at >= EARLIEST_AT && at <= now + MAX_CLOCK_DIFFERENCE_MS;
}

function readIso([, year, month, day, ...rest]: RegExpExecArray): number | null {
  const [hour, minute, second = '00', fraction = '', zone = 'Z'] = rest;
  const date = `${year}-${month}-${day}`;
  const at = Date.parse(`${date}T${hour}:${minute}:${second}.${milliseconds(fraction)}Z`);
  // The parser takes 30 February for 2 March.
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(date)) return null;
  const offset = offsetMs(zone);
  return offset === null ? null : at - offset;
}

function offsetMs(zone: string): number | null {
  if (!/^[+-]/.test(zone)) return 0;
  const digits = zone.replaceAll(/\D/g, '').padEnd(4, '0');
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  if (hours > 14 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}

function readEpoch(text: string): number | null {
  const [, seconds, fraction = '', millis] = EPOCH.exec(text) ?? [];
  if (seconds !== undefined) return Number(seconds) * 1000 + Number(milliseconds(fraction));
  return millis === undefined ? null : Number(millis);
}

const milliseconds = (fraction: string): string => fraction.slice(0, 3).padEnd(3, '0');
