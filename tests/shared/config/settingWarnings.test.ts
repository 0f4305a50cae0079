import { acceptedWith } from './exampleSettings';

describe('settingWarnings', () => {
  it.each(['DEFENDER_QOUTA_PER_MINUTE', 'ServiceBusConnection__clientID', 'CACHE_TTL_FILES_MS'])(
    'name %s, which is not a setting',
    (name) => {
      expect(acceptedWith({ [name]: '1' }).warnings).toEqual([
        `${name} is not a setting of this version`,
      ]);
    },
  );

  it('leave settings of the platform and of others alone', () => {
    const { warnings } = acceptedWith({
      AzureWebJobsStorage: 'x',
      APPLICATIONINSIGHTS_CONNECTION_STRING: 'x',
      AZURE_CLIENT_ID: 'x',
      WEBSITE_SITE_NAME: 'x',
      FUNCTIONS_WORKER_RUNTIME: 'node',
      NO_PROXY: 'x',
      HTTPS_PROXY: '',
      PATH: 'x',
    });

    expect(warnings).toEqual([]);
  });

  it.each([
    {
      env: { DEFENDER_CLIENT_SECRET: 'x' },
      warning: 'DEFENDER_CLIENT_SECRET is not used with DEFENDER_AUTH managedIdentity',
    },
    {
      env: {
        DEFENDER_REGION: 'eu',
        DEFENDER_API_BASE_URL: 'https://us.api.security.microsoft.com',
      },
      warning: 'DEFENDER_REGION is not used: DEFENDER_API_BASE_URL is set',
    },
    {
      env: { DEFENDER_QUOTA_PER_MINUTE: '101' },
      warning: "DEFENDER_QUOTA_PER_MINUTE is above Defender's published 100",
    },
    {
      env: { DEFENDER_QUOTA_PER_HOUR: '1501' },
      warning: "DEFENDER_QUOTA_PER_HOUR is above Defender's published 1500",
    },
    {
      env: { HTTPS_PROXY: 'http://user:password@proxy', http_proxy: 'http://proxy' },
      warning: 'HTTPS_PROXY, http_proxy not used: this app asks its services without a proxy',
    },
  ])('say that $warning', ({ env, warning }) => {
    expect(acceptedWith(env).warnings).toEqual([warning]);
  });
});
