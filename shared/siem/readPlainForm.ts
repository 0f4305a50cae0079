import { toFields, valuesOf } from './entryFields';
import { EntryReader, MAX_INDICATORS } from './EntryReader';
import { fieldsSchema, isGiven } from './fields';
import { readContext } from './readContext';
import { readHead, type Head } from './readHead';
import type { SiemRequest } from './SiemRequest';
import { unreadable, type Reading } from './Unreadable';

const NO_HEAD = readHead({});

/** Reads the plain form: an object with `indicators`, one indicator at top level, or an array of indicators. */
export function readPlainForm(json: unknown): Reading<SiemRequest> {
  if (typeof json === 'string') return readBareText(json);
  const message = fieldsSchema.safeParse(json);
  if (!message.success) {
    const entries = new EntryReader(null);
    entries.read(json, '');
    return toRequest('bare', NO_HEAD, {}, entries);
  }
  const fields = message.data;
  const head = readHead(fields);
  const hasList = isGiven(fields['indicators']);
  // The time of a message that is an indicator itself is read with that.
  const entries = new EntryReader(hasList ? head.time : null);
  if (hasList) {
    entries.read(fields['indicators'], 'indicators');
    for (const { key, value } of valuesOf(toFields(fields))) {
      if (isGiven(value)) entries.leaveOut(value, key, 'entry.notAsked');
    }
  } else entries.read(fields, '');
  return toRequest('plain', head, fields, entries);
}

/** Reads text without JSON: one indicator a line. */
export function readBareText(text: string): Reading<SiemRequest> {
  const entries = new EntryReader(null);
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() !== '') entries.read(line.trim(), `line ${index + 1}`);
  });
  return toRequest('bare', NO_HEAD, {}, entries);
}

function toRequest(
  format: SiemRequest['format'],
  { time: _, ...head }: Head,
  message: object,
  { indicators, leftOut, leftOutCount, ignored }: EntryReader,
): Reading<SiemRequest> {
  if (indicators.length === 0) {
    return unreadable(
      'message.noIndicator',
      'The message names no IP address, file hash, alert id, device id or host name.',
    );
  }
  if (indicators.length > MAX_INDICATORS) {
    return unreadable(
      'message.tooManyIndicators',
      `The message names more than ${MAX_INDICATORS} indicators. Split it.`,
    );
  }
  return {
    ok: true,
    value: {
      format,
      ...head,
      ...readContext(message),
      indicators,
      ...{ leftOut, leftOutCount, ignored: [...head.ignored, ...ignored] },
    },
  };
}
