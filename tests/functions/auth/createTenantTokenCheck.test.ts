import { createTenantTokenCheck } from '../../../functions/auth/createTenantTokenCheck';
import type { HttpRequest } from '../../../shared/http/HttpTransport';
import { HttpError } from '../../../shared/http/HttpError';
import { VirtualClock } from '../../../local/simulation/VirtualClock';
import { RecordingLogger } from '../../shared/telemetry/RecordingLogger';
import { APP, AUDIENCE, ISSUER, NOW, SigningKey, TENANT, V2 } from './tenantTokens';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const oldKey = new SigningKey('k1');
const newKey = new SigningKey('k2');
const { n: _n, ...withoutModulus } = oldKey.published;
const unusable = [
  { what: 'no modulus', key: withoutModulus },
  { what: 'a modulus that is no number', key: { ...oldKey.published, n: '' } },
  { what: 'an exponent that is no number', key: { ...oldKey.published, e: '' } },
  { what: '1024 bits', key: new SigningKey('k1', 1024).published },
  { what: 'another kind', key: { ...oldKey.published, kty: 'EC' } },
  { what: 'no fields', key: null },
];

const publishing = (...keys: readonly SigningKey[]) =>
  publishingKeys(...keys.map(({ published }) => published));
const publishingKeys = (...keys: readonly unknown[]) => ({
  status: 200,
  body: JSON.stringify({ keys }),
});
type KeysAnswer = { readonly status: number; readonly body: string } | 'noAnswer';

/** A tenant whose keys are asked for over a transport that answers as `entra.answers` says. */
function start(answers: KeysAnswer) {
  const clock = new VirtualClock(NOW);
  const logger = new RecordingLogger();
  const asked: HttpRequest[] = [];
  const entra = { answers };
  const drift = { ms: 0 };
  const check = createTenantTokenCheck({
    config: {
      http: {
        auth: 'entra',
        entra: {
          tenantId: TENANT,
          audience: AUDIENCE,
          allowedAppIds: [],
          requiredRole: 'Enrichment.Read',
        },
      },
      defender: { authorityHost: ISSUER },
    },
    transport: {
      get: (request) => {
        asked.push(request);
        return entra.answers === 'noAnswer'
          ? Promise.reject(new HttpError('GET', request.url.pathname, 'timeout'))
          : Promise.resolve({ ...entra.answers, headers: {} });
      },
    },
    clock: {
      now: () => clock.now() + drift.ms,
      sleep: (ms) => clock.sleep(ms),
    },
    logger,
  });
  if (!check) throw new TypeError('No check: no tokens are asked for');
  /** What a request with a token of this key gets: its application, or the problem. */
  const send = async (key: SigningKey) => {
    const now = clock.now() / SECOND;
    const header = await key.bearer({ ...V2, nbf: now - 60, exp: now + 3600 });
    return check(header, false).catch((error: unknown) => error);
  };
  return { clock, drift, logger, asked, entra, send };
}

const problem = (status: number, code: string, rest: object = {}) =>
  expect.objectContaining({
    options: expect.objectContaining({ status, code, ...rest }) as object,
  }) as object;
const unavailable = (retryAfterMs: number) =>
  problem(503, 'auth.keysUnavailable', { retryAfterMs });

describe('createTenantTokenCheck()', () => {
  it("asks once for the tenant's keys, and again after ten minutes", async () => {
    const { send, asked, clock } = start(publishing(oldKey));

    await Promise.all([send(oldKey), send(oldKey)]);
    await clock.advance(10 * MINUTE - 1);
    await expect(send(oldKey)).resolves.toBe(APP);
    expect(asked).toHaveLength(1);
    await clock.advance(1);
    await expect(send(oldKey)).resolves.toBe(APP);

    expect(asked.map(({ url }) => url.href)).toEqual(
      Array(2).fill(`https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`),
    );
  });

  it.each<{ readonly what: string; readonly answers: KeysAnswer; readonly condition: string }>([
    { what: 'is silent', answers: 'noAnswer', condition: 'timeout' },
    { what: 'fails', answers: { status: 500, body: '{}' }, condition: 'status 500' },
    { what: 'sends a page', answers: { status: 200, body: '<html>' }, condition: 'notAKeySet' },
    { what: 'has no key', answers: { status: 200, body: '{"keys":[]}' }, condition: 'notAKeySet' },
  ])('accepts good tokens for a day while the endpoint $what', async ({ answers, condition }) => {
    const { send, entra, clock, logger } = start(publishing(oldKey));
    await send(oldKey);
    entra.answers = answers;

    await clock.advance(10 * MINUTE);
    await expect(send(oldKey)).resolves.toBe(APP);
    await clock.advance(24 * HOUR - 10 * MINUTE - 1);
    await expect(send(oldKey)).resolves.toBe(APP);
    await clock.advance(1);

    await expect(send(oldKey)).resolves.toEqual(unavailable(30 * SECOND - 1));
    expect(logger.lines[0]).toEqual({
      level: 'warning',
      event: 'auth.keysNotRefreshed',
      fields: { condition, ageMs: 10 * MINUTE },
    });
  });

  it('says 503 and when to come again, not that the token is bad, as long as it never had keys', async () => {
    const { send, entra, asked, clock } = start('noAnswer');

    await expect(send(oldKey)).resolves.toEqual(unavailable(30 * SECOND));
    await clock.advance(20 * SECOND);
    await expect(send(oldKey)).resolves.toEqual(unavailable(10 * SECOND));
    expect(asked).toHaveLength(1);
    entra.answers = publishing(oldKey);
    await clock.advance(10 * SECOND);

    await expect(send(oldKey)).resolves.toBe(APP);
  });

  it.each(unusable)('says 503 while the only key has $what', async ({ key }) => {
    const { send } = start(publishingKeys(key));

    await expect(send(oldKey)).resolves.toEqual(unavailable(30 * SECOND));
  });

  it.each(unusable)('goes by the other keys beside one with $what', async ({ key }) => {
    const { send } = start(publishingKeys(key, newKey.published));

    await expect(send(newKey)).resolves.toBe(APP);
    await expect(send(oldKey)).resolves.toEqual(problem(401, 'auth.tokenRefused'));
  });

  it('asks at once for a key that is new, at most every 30 s for one that does not exist', async () => {
    const { send, entra, asked, clock } = start(publishing(oldKey));
    await send(oldKey);
    entra.answers = publishing(oldKey, newKey);

    await clock.advance(29 * SECOND);
    await expect(send(newKey)).resolves.toEqual(problem(401, 'auth.tokenRefused'));
    await clock.advance(SECOND);
    await expect(send(newKey)).resolves.toBe(APP);

    expect(asked).toHaveLength(2);
  });

  it('cannot tell a new key from a made up one while the endpoint is down, and knows the old ones', async () => {
    const { send, entra, clock } = start(publishing(oldKey));
    await send(oldKey);
    entra.answers = 'noAnswer';
    await clock.advance(MINUTE);

    await expect(send(newKey)).resolves.toEqual(unavailable(30 * SECOND));
    await expect(send(oldKey)).resolves.toBe(APP);
  });

  it('takes no keys for fresh after the clock was set back', async () => {
    const { send, asked, drift } = start(publishing(oldKey));
    await send(oldKey);

    drift.ms = -MINUTE;
    await send(oldKey);

    expect(asked).toHaveLength(2);
  });
});
