import { printable } from '../http/printable';

const MASK = '[redacted]';

/** Longest text that is looked at; a word cut there is left out, as half a secret may not be recognised. */
const MAX_SCANNED = 1024;

const SECRET_NAMES = [
  '(?:account|access|sharedaccess|private|api|functions|master|host|signing)[-_]?key',
  'shared_?access_?signature',
  '(?:client|shared)?_?secret',
  'client_?assertion',
  '(?:access|refresh|id)?_?token',
  'password',
  'passwd',
  'pwd',
  'authorization',
].join('|');
const SCHEMES = 'Bearer|Basic|SharedAccessSignature|SharedKey(?:Lite)?';

/** Texts that open doors. */
const SECRETS: readonly RegExp[] = [
  // Storage, Service Bus and function keys: base64 with its padding. First, as a key may hold what looks like a token.
  /[\w+/-]{40,}={1,2}/g,
  // JSON Web Tokens, also with their tail cut.
  /eyJ[\w-]{8,}(?:\.[\w-]*)*/g,
  // Parts of connection strings, settings, headers and form fields that are secrets by name.
  new RegExp(`(?:${SECRET_NAMES})["']?\\s*[=:]\\s*["']?(?:(?:${SCHEMES})\\s+)?[^\\s"'&;,]+`, 'gi'),
  // Credentials of a header without its name.
  new RegExp(`\\b(?:${SCHEMES})\\s+[\\w.~+/=:%&-]{16,}`, 'gi'),
  // Signatures and function keys in URLs.
  /(?<![a-z])sig=[^\s"'&;,]+/gi,
  /(?<=[?&])code=[^\s"'&;,]+/gi,
  // User information in URLs.
  /(?<=\/\/)[^\s/@"']+:[^\s/@"']+(?=@)/g,
  // Client secrets of app registrations.
  /[\w.~-]{3}\dQ~[\w.~-]{30,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----.*/g,
];

/** Ids, codes and names, which most texts are: of {@link SECRETS} only a token is written like that. */
const HARMLESS = /^(?!.*eyJ)[\w.-]{0,256}$/;

/** Fit for one field of one log line: plain text without line breaks, at most 256 characters, secrets masked. */
export function redact(text: string): string {
  if (HARMLESS.test(text)) return text;
  const scanned =
    text.length > MAX_SCANNED ? text.slice(0, MAX_SCANNED).replace(/\S+$/, '…') : text;
  // First of all, so that nothing invisible can hide a secret.
  const plain = scanned.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return printable(SECRETS.reduce((masked, secret) => masked.replace(secret, MASK), plain));
}
