import { isIPv6 } from 'node:net';
import { DAY_MS, MINUTE_MS } from '../../../shared/clock/durations';
import { canonicalIp } from '../fleet/canonicalIp';
import { type Answer, errorAnswer } from '../http/Answer';
import { wholeListAnswer } from './answerLookup';
import type { ApiCall } from './ApiCall';

/** Machines that reported the address within 15 minutes of the time; times older than 30 days are refused. */
const WINDOW_MS = 15 * MINUTE_MS;
const RETENTION_MS = 30 * DAY_MS;

const CALL = /^findbyip\(\s*ip='((?:[^']|'')*)'\s*,\s*timestamp=([^)]*)\)$/i;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)$/i;

/** @param functionCall decoded, `findbyip(ip='10.1.2.3',timestamp=2026-11-20T08:15:00Z)` */
export function answerFindByIp(functionCall: string, call: ApiCall): Answer {
  const { behaviour, fleet, now } = call;
  const [, quotedIp, timestamp] = CALL.exec(functionCall) ?? [];
  if (quotedIp === undefined || timestamp === undefined) {
    return errorAnswer(400, 'ODataError', `Bad function call: ${functionCall}`);
  }
  const text = quotedIp.replaceAll("''", "'");
  const ip = canonicalIp(text);
  if (ip === undefined || (isIPv6(ip) && behaviour.findByIpv6 === 'reject')) {
    return errorAnswer(400, 'InvalidIpAddress', `IP address ${text} is invalid`);
  }
  const zone = TIMESTAMP.exec(timestamp)?.[1];
  const at = Date.parse(timestamp);
  const offsetRefused = zone?.toUpperCase() !== 'Z' && behaviour.timestampOffset === 'reject';
  if (zone === undefined || Number.isNaN(at) || offsetRefused) {
    return errorAnswer(400, 'ODataError', `'${timestamp}' is not a valid Edm.DateTimeOffset`);
  }
  const inFuture = at > now && behaviour.futureTimestamp === 'reject';
  if (at < now - RETENTION_MS || inFuture) {
    return errorAnswer(400, 'BadRequest', 'The timestamp must be within the past 30 days');
  }
  return wholeListAnswer(
    fleet.machinesSeen(ip, { fromAt: at - WINDOW_MS, toAt: at + WINDOW_MS }),
    call,
  );
}
