import { dashboardPage } from '../../../functions/dashboard/dashboardPage';

const TENANT = '7c1f0a52-6f0b-4f55-9d0a-1b7c36ad3e10';
const APPLICATION = '0b8f7c1e-52a4-4c1c-8f0e-5a3c7e9d2b41';
const defender = { authorityHost: 'https://login.microsoftonline.us' };
const entra = (audience: string) => ({
  auth: 'entra' as const,
  entra: { audience, tenantId: TENANT, allowedAppIds: [], requiredRole: 'Enrichment.Read' },
});

describe('dashboardPage()', () => {
  it.each(['functionKey', 'none'] as const)('with %s is a page that signs in nowhere', (auth) => {
    const page = dashboardPage({ http: { auth, entra: null }, defender });

    expect(page.page).toBe('dashboard');
    expect(page.origins ?? []).toEqual([]);
  });

  it.each([`api://${APPLICATION}`, APPLICATION])(
    'with tokens for %s signs in to that application, at the authority of the cloud',
    (audience) => {
      const page = dashboardPage({ http: entra(audience), defender });

      expect(page).toMatchObject({
        page: 'dashboardEntra',
        settings: {
          'client-id': APPLICATION,
          authority: `https://login.microsoftonline.us/${TENANT}`,
          scope: `${audience}/.default`,
        },
        origins: ['https://login.microsoftonline.us'],
      });
    },
  );

  it('with an audience that names no application says so', () => {
    const page = dashboardPage({ http: entra('https://enricher.contoso.com'), defender });

    expect(page).toMatchObject({ page: 'dashboard', settings: { access: 'noApplication' } });
  });
});
