import { VirtualClock } from '../../../local/simulation/VirtualClock';
import {
  createTokenSource,
  type FetchedToken,
  type FetchToken,
} from '../../../shared/identity/createTokenSource';
import { TokenUnavailableError } from '../../../shared/identity/TokenUnavailableError';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const START = 1_000_000;

function arrange(fetchToken?: FetchToken) {
  const clock = new VirtualClock(START);
  const fetches: string[] = [];
  const hourly: FetchToken = () => {
    fetches.push(`token-${fetches.length + 1}`);
    return Promise.resolve({
      token: `token-${fetches.length}`,
      expiresAt: clock.now() + HOUR_MS,
    });
  };
  return { clock, fetches, tokens: createTokenSource({ fetchToken: fetchToken ?? hourly, clock }) };
}

describe('TokenSource.get()', () => {
  it('fetches once and hands the same token out until five minutes before it expires', async () => {
    const { clock, fetches, tokens } = arrange();

    const first = await tokens.get();
    clock.jump(55 * MINUTE_MS - 1);
    const second = await tokens.get();
    clock.jump(1);
    const third = await tokens.get();

    expect([first, second, third]).toEqual(['token-1', 'token-1', 'token-2']);
    expect(fetches).toHaveLength(2);
  });

  it('shares one fetch among concurrent callers', async () => {
    const { fetches, tokens } = arrange();

    const got = await Promise.all(Array.from({ length: 50 }, () => tokens.get()));

    expect(new Set(got)).toEqual(new Set(['token-1']));
    expect(fetches).toHaveLength(1);
  });

  it('goes on with the old token while a new one cannot be had, to half a minute before its end', async () => {
    const answers: (() => Promise<FetchedToken>)[] = [
      () => Promise.resolve({ token: 'old', expiresAt: START + HOUR_MS }),
    ];
    const down = () => Promise.reject(new Error('issuer is down'));
    const { clock, tokens } = arrange(() => (answers.shift() ?? down)());

    await tokens.get();
    clock.jump(59.5 * MINUTE_MS - 1);
    const late = await tokens.get();
    clock.jump(1);
    const tooLate = tokens.get();

    expect(late).toBe('old');
    await expect(tooLate).rejects.toThrow(TokenUnavailableError);
  });

  it('asks again after a failure', async () => {
    let attempts = 0;
    const { tokens } = arrange(() => {
      attempts += 1;
      return attempts === 1
        ? Promise.reject(new Error('down'))
        : Promise.resolve({ token: 'late', expiresAt: Number.MAX_SAFE_INTEGER });
    });

    await expect(tokens.get()).rejects.toThrow(TokenUnavailableError);
    const token = await tokens.get();

    expect(token).toBe('late');
  });

  it('gives up on an issuer that does not answer within 30 s, and cancels the request', async () => {
    let cancelled = false;
    const { clock, tokens } = arrange(
      (signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => (cancelled = true));
        }),
    );

    const pending = tokens.get();
    clock.jump(30_000);

    await expect(pending).rejects.toThrow(
      'Cannot get a token for Defender: no answer within 30000 ms',
    );
    expect(cancelled).toBe(true);
  });

  it("lets one caller's abort leave the others waiting for the same token", async () => {
    const abort = new AbortController();
    let release: ((token: FetchedToken) => void) | undefined;
    const { tokens } = arrange(() => new Promise((resolve) => (release = resolve)));

    const aborted = tokens.get(abort.signal);
    const patient = tokens.get(new AbortController().signal);
    abort.abort(new Error('deadline'));
    release?.({ token: 'shared', expiresAt: Number.MAX_SAFE_INTEGER });

    await expect(aborted).rejects.toThrow('deadline');
    await expect(patient).resolves.toBe('shared');
  });

  it('fetches nothing for a caller that has given up already', async () => {
    const { fetches, tokens } = arrange();

    await expect(tokens.get(AbortSignal.abort(new Error('late')))).rejects.toThrow('late');
    expect(fetches).toEqual([]);
  });

  it("keeps nothing of the issuer's error but one line of its text", async () => {
    const cause = Object.assign(new Error('AADSTS7000215: Invalid client secret.\r\nTrace ID: 1'), {
      request: { body: 'client_secret=planted' },
    });
    const { tokens } = arrange(() => Promise.reject(cause));

    const error: unknown = await tokens.get().catch((reason: unknown) => reason);

    expect(error).toMatchObject({
      code: 'defender.tokenUnavailable',
      message: 'Cannot get a token for Defender: AADSTS7000215: Invalid client secret. Trace ID: 1',
    });
    expect(error).not.toHaveProperty('cause');
  });
});

describe('TokenSource.invalidate()', () => {
  it('makes the next caller fetch', async () => {
    const { tokens } = arrange();

    tokens.invalidate(await tokens.get());
    const next = await tokens.get();

    expect(next).toBe('token-2');
  });

  it('leaves a newer token alone when an older one is refused late', async () => {
    const { fetches, tokens } = arrange();
    const refused = await tokens.get();

    tokens.invalidate(refused);
    await tokens.get();
    tokens.invalidate(refused);
    const token = await tokens.get();

    expect(token).toBe('token-2');
    expect(fetches).toHaveLength(2);
  });
});

describe('TokenSource.doubt()', () => {
  it('brings a fresh token before the next call, and hands out the old one until then', async () => {
    const { clock, tokens } = arrange();
    tokens.doubt(await tokens.get());

    clock.jump(MINUTE_MS);
    const inFlight = await tokens.get();
    await tokens.prepare();
    const next = await tokens.get();

    expect([inFlight, next]).toEqual(['token-1', 'token-2']);
  });

  it('asks the issuer once a minute at most, however often a right is refused', async () => {
    const { clock, fetches, tokens } = arrange();

    for (let second = 0; second <= 180; second++) {
      await tokens.prepare();
      tokens.doubt(await tokens.get());
      clock.jump(1_000);
    }

    expect(fetches).toHaveLength(4);
  });

  it('keeps the old token where no new one can be had, and tries again a minute later', async () => {
    const answers = [{ token: 'old', expiresAt: Number.MAX_SAFE_INTEGER }];
    let asked = 0;
    const { clock, tokens } = arrange(() => {
      asked += 1;
      const answer = answers.shift();
      return answer ? Promise.resolve(answer) : Promise.reject(new Error('down'));
    });
    tokens.doubt(await tokens.get());

    for (let seconds = 0; seconds < 120; seconds += 10) {
      clock.jump(10_000);
      await tokens.prepare();
    }

    await expect(tokens.get()).resolves.toBe('old');
    expect(asked).toBe(3);
  });

  it('is done with when there is a fresh token, or another than the doubted one', async () => {
    const { clock, fetches, tokens } = arrange();
    const doubted = await tokens.get();
    tokens.doubt(doubted);
    clock.jump(MINUTE_MS);
    await tokens.prepare();

    tokens.doubt(doubted);
    clock.jump(MINUTE_MS);
    await tokens.prepare();

    expect(fetches).toHaveLength(2);
  });
});

describe('TokenSource.current()', () => {
  it('knows nothing before the first token and after a refused one', async () => {
    const { tokens } = arrange();

    const before = tokens.current();
    const token = await tokens.get();
    const meanwhile = tokens.current();
    tokens.invalidate(token);

    expect([before, meanwhile, tokens.current()]).toEqual([
      null,
      { issuedAt: null, roles: null },
      null,
    ]);
  });
});
