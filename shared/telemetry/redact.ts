import { printable } from '../http/printable';

const MASK = '[redacted]';

/** Longest text that is looked at; beyond it only whole words count, as half a secret may not be recognised. */
const MAX_SCANNED = 1024;

/** Texts that open doors. All are linear: each begins at a fixed text or at the edge of a word. */
const SECRETS: readonly RegExp[] = [
  // JSON Web Tokens, also with their tail cut.
  /eyJ[\w-]{8,}(?:\.[\w-]*)*/g,
  /\b(?:Bearer|Basic|SharedAccessSignature|SharedKey(?:Lite)?)\s+[^\s"',;]+(?:[;,\s]*\b(?:sr|sig|se|skn)=[^\s"',;]+)*/gi,
  // Parts of connection strings, and settings, headers and form fields that are secrets by name.
  /(?<![a-z])(?:(?:account|shared_?access|access|private|api|functions|master|host|signing)[-_]?key|shared_?access_?signature|(?:client_?|shared_?)?secret|client_?assertion|(?:access_?|refresh_?|id_?)?token|password|passwd|pwd|authorization)["']?\s*[=:]\s*["']?[^\s"'&;,]+/gi,
  // Signatures and function keys in URLs.
  /(?<=[?&;\s"']|^)(?:sig|code)=[^\s"'&;,]+/gi,
  // User information in URLs.
  /(?<=\/\/)[^\s/@"']+:[^\s/@"']+(?=@)/g,
  // Storage, Service Bus and function keys: base64 that ends in padding.
  /(?<![\w+/-])[\w+/-]{40,}={1,2}/g,
  // Client secrets of app registrations.
  /(?<![\w.~-])[\w.~-]{3}\dQ~[\w.~-]{30,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----.*/g,
];

/** Fit for one field of one log line: plain text without line breaks, at most 256 characters, secrets masked. */
export function redact(text: string): string {
  const scanned =
    text.length > MAX_SCANNED ? text.slice(0, MAX_SCANNED).replace(/(?<!\S)\S+$/, '…') : text;
  const plain = scanned.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return printable(SECRETS.reduce((masked, secret) => masked.replace(secret, MASK), plain));
}
