import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { HostProcess } from '../../local/start/HostProcess';
import { findChromium } from '../support/findChromium.cjs';
import { LocalStack } from '../support/LocalStack';

const ROOT = resolve(__dirname, '..', '..');
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE = 'a<img src onerror=b()>c'; // short enough to be shown whole
const APPLICATION = '0b8f7c1e-52a4-4c1c-8f0e-5a3c7e9d2b41';
const TENANT = '7c1f0a52-6f0b-4f55-9d0a-1b7c36ad3e10';

interface Axe {
  readonly violations: readonly { id: string; nodes: { html: string; failureSummary: string }[] }[];
}

interface Opened {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser refused or could not run. */
  readonly troubles: string[];
}

describe('The dashboard in a browser', () => {
  let stack: LocalStack;
  let browser: Browser;
  let address: string;
  let key: string;
  beforeAll(async () => {
    const executablePath = findChromium() ?? '';
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    [stack, browser] = await Promise.all([
      LocalStack.start(),
      chromium.launch({ executablePath, args }),
    ]);
    const opened = await startHost({ HTTP_AUTH: 'functionKey' });
    ({ address, key } = opened);
    await stack.send([
      {
        messageId: 'm',
        body: JSON.stringify({ id: 'incident-1', host: HOSTILE, source: HOSTILE }),
      },
    ]);
    await stack.until(() => stack.published.length === 1);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  /** A host that asks for the key that it prints. */
  async function startHost(settings: Readonly<Record<string, string>>) {
    let printed = '';
    const host = HostProcess.spawn({
      appRoot: ROOT,
      port: 0,
      asksForKeys: true,
      settings: { ...stack.emulators.settings, ...settings },
      onOutput: (text) => {
        printed += text;
      },
    });
    stack.hosts.push(host);
    const port = await host.ready();
    const address = `http://127.0.0.1:${port}/api/dashboard`;
    return { address, key: /Function key (\S+),/.exec(printed)?.[1] ?? '' };
  }

  async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<Opened> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on('pageerror', ({ message }) => troubles.push(message));
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted/.test(message.text())) troubles.push(message.text());
    });
    page.on('dialog', () => troubles.push('a script of others ran'));
    return { context, page, troubles };
  }

  async function openBoard(options: Parameters<Browser['newContext']>[0] = {}): Promise<Opened> {
    const opened = await open(options);
    await opened.page.goto(address);
    await opened.page.getByLabel('Function key').fill(key);
    await opened.page.getByRole('button', { name: 'Open' }).click();
    await opened.page.getByText('Last records').waitFor();
    return opened;
  }

  /** The page asks at once when it comes back into sight. */
  const wake = (page: Page) =>
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  const notice = (page: Page, text: string) =>
    page.locator('#notice').filter({ hasText: text }).waitFor({ timeout: 10_000 });

  it('asks for the key again after a wrong one, and keeps it in memory only', async () => {
    const { context, page, troubles } = await open();
    await page.goto(address);
    const field = page.getByLabel('Function key');
    await field.fill('wrong');
    await field.press('Enter');
    await notice(page, 'does not accept this key');
    await field.fill(key);
    await field.press('Enter');
    await page.getByText('Last records').waitFor();

    expect(await field.isVisible()).toBe(false);
    expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
    expect(page.url()).toBe(address);
    await page.reload();
    await field.waitFor();
    expect(troubles).toEqual([]);
    await context.close();
  });

  it('shows what others named as the text that it is, and finds an event by keyboard alone', async () => {
    const { context, page, troubles } = await openBoard();
    await page.locator('#records').getByText(HOSTILE).waitFor();
    await page.getByLabel('Event id of the SIEM').focus();
    await page.keyboard.type('incident-1');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#traced').getByText('1 of 1 lookup answered').waitFor();

    expect(await page.locator('#traced').textContent()).toContain(HOSTILE);
    expect(await page.locator('img').count()).toBe(0);
    await page.getByLabel('Event id of the SIEM').fill('incident-of-nobody');
    await page.keyboard.press('Enter');
    await page.locator('#traced').getByText('Nothing is known of it').waitFor();
    expect(troubles).toEqual([]);
    await context.close();
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that axe objects to, %s',
    async (colorScheme) => {
      const { context, page, troubles } = await openBoard({ colorScheme });
      await page.evaluate(AXE);
      const { violations } = await page.evaluate<Axe>('axe.run()');

      expect(
        violations.map(({ id, nodes }) => ({
          id,
          nodes: nodes.map((node) => node.failureSummary + node.html),
        })),
      ).toEqual([]);
      expect(troubles).toEqual([]);
      await context.close();
    },
  );

  it('fits 400 pixels', async () => {
    const { context, page } = await openBoard({ viewport: { width: 400, height: 800 } });

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
    await context.close();
  });

  it('says what is wrong, keeps what it shows, and goes on by itself', async () => {
    const { context, page } = await openBoard();
    const detail = 'Something this app depends on does not answer. Try again later.';
    const headers = { 'retry-after': '7' };
    for (const [status, says] of [
      [503, detail],
      [429, 'asked too often'],
    ] as const) {
      await page.route('**/api/status', (route) =>
        route.fulfill({ status, headers, json: { detail } }),
      );
      await wake(page);
      await notice(page, says);
      await notice(page, 'again in 7 s');
      await page.unroute('**/api/status');
    }
    await page.route('**/api/status', (route) => route.abort());
    await wake(page);
    await notice(page, 'does not answer');
    await page.unroute('**/api/status');

    let answer = (): void => undefined;
    const held = new Promise<void>((release) => {
      answer = release;
    });
    await page.route('**/api/status', async (route) => {
      await held;
      await route.continue();
    });
    await wake(page);
    await notice(page, 'takes its time');
    expect(await page.locator('#records').getByText(HOSTILE).isVisible()).toBe(true);
    answer();
    await page.locator('#notice').filter({ hasText: /^$/ }).waitFor({ state: 'attached' });
    await context.close();
  });

  it('signs in with Entra ID, within its policy, and sends the token', async () => {
    const { address: entraAddress } = await startHost({
      HTTP_AUTH: 'entra',
      ENTRA_TENANT_ID: TENANT,
      ENTRA_AUDIENCE: `api://${APPLICATION}`,
    });
    const { context, page, troubles } = await open();
    const asked: (string | undefined)[] = [];
    await playEntra(context);
    await context.route('**/api/status', async (route) => {
      const { authorization } = await route.request().allHeaders();
      asked.push(authorization);
      await route.fulfill({ status: 403, json: { detail: 'The token lacks the app role.' } });
    });

    await page.goto(entraAddress);
    await page.getByRole('button', { name: 'Sign in with Microsoft' }).click();
    await notice(page, 'The token lacks the app role.');

    expect(asked).toEqual(['Bearer the-access-token']);
    expect(page.url()).toBe(entraAddress);
    expect(troubles).toEqual([]);
    await context.close();
  });
});

/** Entra's two answers to a browser: back to the page with a code, and tokens for the code. */
async function playEntra(context: BrowserContext): Promise<void> {
  let nonce = '';
  await context.route('https://login.microsoftonline.com/**', (route) => {
    const url = new URL(route.request().url());
    if (url.pathname.endsWith('/authorize')) {
      nonce = url.searchParams.get('nonce') ?? '';
      const back = new URLSearchParams({
        code: 'a-code',
        state: url.searchParams.get('state') ?? '',
      });
      const location = `${url.searchParams.get('redirect_uri')}#${back.toString()}`;
      return route.fulfill({ status: 302, headers: { location } });
    }
    if (!url.pathname.endsWith('/token')) return route.fulfill({ status: 404, json: {} });
    const headers = { 'access-control-allow-origin': '*' };
    return route.fulfill({ headers, json: tokens(nonce) });
  });
}

function tokens(nonce: string) {
  const encode = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const at = Math.floor(Date.now() / 1000);
  const claims = {
    aud: APPLICATION,
    iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    iat: at,
    nbf: at,
    exp: at + 3600,
    nonce,
    oid: 'a-user',
    sub: 'a-user',
    tid: TENANT,
    preferred_username: 'analyst@contoso.com',
    ver: '2.0',
  };
  return {
    token_type: 'Bearer',
    scope: `api://${APPLICATION}/.default openid profile offline_access`,
    expires_in: 3600,
    ext_expires_in: 3600,
    access_token: 'the-access-token',
    refresh_token: 'the-refresh-token',
    id_token: `${encode({ typ: 'JWT', alg: 'RS256' })}.${encode(claims)}.c2lnbmF0dXJl`,
    client_info: encode({ uid: 'a-user', utid: TENANT }),
  };
}
