import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { redact } from '../../../shared/telemetry/redact';

const base64url = (text: string) => Buffer.from(text).toString('base64url');
const JWT = [
  base64url('{"alg":"RS256","typ":"JWT"}'),
  base64url('{"aud":"https://api.securitycenter.microsoft.com","roles":["Machine.Read.All"]}'),
  base64url('signature of the token'),
].join('.');
const KEY_64 = Buffer.alloc(64, 'storage key ').toString('base64');
const KEY_32 = Buffer.alloc(32, 'bus key ').toString('base64');
const FUNCTION_KEY = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVAzFu0123==';
const CLIENT_SECRET = 'abc8Q~defghijklmnopqrstuvwxyz0123456789~AB';
const SIGNATURE = 'h0p3%2Bfully%2Fhidden%3D';
const PLAIN = 'Tr0ub4dor-and-3';

/** A text as an SDK, a header or a setting would print it, and the part that must never come out. */
const planted: readonly { readonly text: string; readonly secret: string }[] = [
  { secret: JWT, text: JWT },
  { secret: JWT, text: `Authorization: Bearer ${JWT}` },
  { secret: JWT, text: `{"authorization":"Bearer ${JWT}"}` },
  { secret: JWT, text: `Bearer ${JWT} was refused` },
  { secret: JWT, text: `client_assertion=${JWT}&scope=x` },
  { secret: JWT.slice(0, 60), text: `token cut: ${JWT.slice(0, 60)}` },
  { secret: JWT.slice(10), text: `access_token=${JWT.slice(10)}` },
  { secret: KEY_64, text: `AccountName=acc;AccountKey=${KEY_64};EndpointSuffix=core.windows.net` },
  { secret: KEY_64, text: `accountkey = ${KEY_64}` },
  { secret: KEY_64, text: KEY_64 },
  { secret: KEY_64, text: `key "${KEY_64}" is wrong` },
  { secret: KEY_32, text: `SharedAccessKeyName=Root;SharedAccessKey=${KEY_32}` },
  { secret: KEY_32, text: `not a key: ${KEY_32}` },
  { secret: 'acc:c2lnbmF0dXJl', text: 'SharedKey acc:c2lnbmF0dXJl' },
  { secret: 'acc:c2lnbmF0dXJl', text: 'Authorization: SharedKeyLite acc:c2lnbmF0dXJl' },
  {
    secret: SIGNATURE,
    text: `https://acc.blob.core.windows.net/a/b?sv=2025-01-05&sig=${SIGNATURE}&se=1`,
  },
  {
    secret: SIGNATURE,
    text: `SharedAccessSignature sr=sb%3A%2F%2Fx&sig=${SIGNATURE}&se=1&skn=Root`,
  },
  { secret: SIGNATURE, text: `SharedAccessSignature=sv=2025&sig=${SIGNATURE}` },
  { secret: SIGNATURE, text: `sig=${SIGNATURE}` },
  { secret: FUNCTION_KEY, text: `https://app.azurewebsites.net/api/enrich?code=${FUNCTION_KEY}` },
  { secret: PLAIN, text: `https://app.azurewebsites.net/api/enrich?a=1&code=${PLAIN}` },
  { secret: FUNCTION_KEY, text: `x-functions-key: ${FUNCTION_KEY}` },
  { secret: PLAIN, text: `x-functions-key: ${PLAIN}` },
  { secret: PLAIN, text: `"masterKey":"${PLAIN}"` },
  { secret: PLAIN, text: `api_key=${PLAIN}` },
  { secret: PLAIN, text: `X-Api-Key: ${PLAIN}` },
  { secret: CLIENT_SECRET, text: CLIENT_SECRET },
  { secret: CLIENT_SECRET, text: `DEFENDER_CLIENT_SECRET=${CLIENT_SECRET}` },
  { secret: PLAIN, text: `client_secret=${PLAIN}&grant_type=client_credentials` },
  { secret: PLAIN, text: `{ "clientSecret": "${PLAIN}" }` },
  { secret: PLAIN, text: `secret: '${PLAIN}'` },
  { secret: PLAIN, text: `password=${PLAIN}` },
  { secret: PLAIN, text: `Password: ${PLAIN}` },
  { secret: PLAIN, text: `pwd=${PLAIN};` },
  { secret: PLAIN, text: `"refresh_token":"${PLAIN}"` },
  { secret: PLAIN, text: `id_token=${PLAIN}` },
  { secret: PLAIN, text: `Authorization: Basic ${PLAIN}` },
  { secret: PLAIN, text: `https://user:${PLAIN}@proxy.contoso.com:8080/` },
  { secret: 'dXNlcjpwYXNzd29yZDEyMw==', text: 'Basic dXNlcjpwYXNzd29yZDEyMw==' },
  {
    secret: 'MIIEvQIBADANBgkq',
    text: '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----',
  },
  {
    secret: 'MIIEpAIBAAKCAQEA',
    text: '-----BEGIN RSA PRIVATE KEY-----\r\nMIIEpAIBAAKCAQEA',
  },
];

/** Ways in which a text can be wrapped that must not change what is seen in it. */
const wrappings: readonly { readonly how: string; readonly wrap: (text: string) => string }[] = [
  { how: 'as it is', wrap: (text) => text },
  { how: 'in a sentence', wrap: (text) => `Cannot send: ${text} (see the log)` },
  { how: 'in a list', wrap: (text) => `[${text}, ${text}]` },
  { how: 'after line breaks', wrap: (text) => `first\r\nsecond\u2028${text}` },
  { how: 'in a very long text', wrap: (text) => `${text} `.repeat(200) },
  {
    how: 'across the end of what is looked at',
    wrap: (text) => `${'x '.repeat(490)}${text}${text}`,
  },
];

describe('redact()', () => {
  describe.each(wrappings)('of secrets $how', ({ wrap }) => {
    it.each(planted)('hides it in $text', ({ text, secret }) => {
      const printed = redact(wrap(text));

      expect(printed).not.toContain(secret);
      expect(printed).not.toContain(secret.slice(0, 12));
    });
  });

  it('hides a key whole that holds the beginning of a token', () => {
    const key = `${'A'.repeat(20)}/eyJabcdefghij+${'B'.repeat(20)}==`;

    expect(redact(`the key ${key} here`)).toBe('the key [redacted] here');
  });

  it('hides keys and tokens however random', () => {
    fc.assert(
      fc.property(fc.constantFrom(32, 64), (length) => {
        const key = randomBytes(length).toString('base64');

        expect(redact(`the key ${key} here`)).toBe('the key [redacted] here');
      }),
    );
  });

  it.each([
    'l_3395856ce81f2b7382dee72602f798b642f14140:0:findByIp:12',
    '3395856ce81f2b7382dee72602f798b642f14140',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'da637472900382838869_1364969609',
    '11111111-2222-4333-8444-555555555555',
    'desktop-17.contoso.com',
    'fe80::1:2',
    'MessageSizeExceeded',
    'Basic authentication is off; Bearer tokens only',
    'Cannot get a token for Defender: no answer within 30000 ms',
    'reason code=defender.forbidden',
    'DEFENDER_CLIENT_SECRET must not be empty',
    'https://api.securitycenter.microsoft.com/api/machines',
  ])('leaves %s alone', (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each([
    { what: 'line breaks', text: 'a\r\nb\u0085c\u2028d\u2029e', printed: 'a b c d e' },
    { what: 'escape sequences', text: '\u001b[31mred\u001b[0m', printed: '[31mred [0m' },
    { what: 'changes of direction', text: 'a\u202eb\u2066c\u200fd', printed: 'a b c d' },
    { what: 'what has no width', text: 'a\u200bb\ufeffc\u00add', printed: 'a b c d' },
    { what: 'NUL and DEL', text: 'a\u0000b\u007fc', printed: 'a b c' },
  ])('takes out $what', ({ text, printed }) => {
    expect(redact(text)).toBe(printed);
  });

  it('is one line of at most 256 characters without anything unprintable, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
        const printed = redact(text);

        expect(printed.length).toBeLessThanOrEqual(256);
        expect(printed).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
