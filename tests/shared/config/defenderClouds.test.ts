import { acceptedWith, APP_ID, blamedWith } from './exampleSettings';

const DEVELOPMENT = { AZURE_FUNCTIONS_ENVIRONMENT: 'Development' };

describe('settings of Defender', () => {
  it.each([
    {
      env: { DEFENDER_CLOUD: 'gcc' },
      apiBaseUrl: 'https://api-gcc.securitycenter.microsoft.us',
      authorityHost: 'https://login.microsoftonline.com',
      tokenScope: 'https://api-gcc.securitycenter.microsoft.us/.default',
    },
    {
      env: { DEFENDER_CLOUD: 'gccHigh' },
      apiBaseUrl: 'https://api-gov.securitycenter.microsoft.us',
      authorityHost: 'https://login.microsoftonline.us',
      tokenScope: 'https://api-gov.securitycenter.microsoft.us/.default',
    },
    {
      env: { DEFENDER_CLOUD: 'dod' },
      apiBaseUrl: 'https://api-gov.securitycenter.microsoft.us',
      authorityHost: 'https://login.microsoftonline.us',
      tokenScope: 'https://api-gov.securitycenter.microsoft.us/.default',
    },
    {
      env: { DEFENDER_REGION: 'eu' },
      apiBaseUrl: 'https://eu.api.security.microsoft.com',
      authorityHost: 'https://login.microsoftonline.com',
      tokenScope: 'https://api.securitycenter.microsoft.com/.default',
    },
    {
      env: {
        DEFENDER_API_BASE_URL: 'https://api.securitycenter.microsoft.com/',
        DEFENDER_TOKEN_SCOPE: 'https://securitycenter.onmicrosoft.com/windowsatpservice/.default',
      },
      apiBaseUrl: 'https://api.securitycenter.microsoft.com',
      authorityHost: 'https://login.microsoftonline.com',
      tokenScope: 'https://securitycenter.onmicrosoft.com/windowsatpservice/.default',
    },
    {
      env: { ...DEVELOPMENT, DEFENDER_API_BASE_URL: 'http://127.0.0.1:8090' },
      apiBaseUrl: 'http://127.0.0.1:8090',
      authorityHost: 'https://login.microsoftonline.com',
      tokenScope: 'https://api.securitycenter.microsoft.com/.default',
    },
  ])('resolve host, authority and scope of $env', ({ env, ...expected }) => {
    expect(acceptedWith(env).config.defender).toMatchObject(expected);
  });

  it.each(['us', 'eu', 'uk', 'au', 'swa', 'ina', 'aea'])('know region %s', (region) => {
    expect(acceptedWith({ DEFENDER_REGION: region }).config.defender).toMatchObject({
      apiBaseUrl: `https://${region}.api.security.microsoft.com`,
    });
  });

  it.each(['gcc', 'gccHigh', 'dod'])('know no region in %s', (cloud) => {
    expect(blamedWith({ DEFENDER_CLOUD: cloud, DEFENDER_REGION: 'us' })).toEqual([
      'DEFENDER_REGION',
    ]);
  });

  it.each([
    'http://api.security.microsoft.com',
    'https://api.security.microsoft.com:8443',
    'https://api.security.microsoft.com.',
    'https://api.security.microsoft.com.evil.example',
    'https://evil-api.security.microsoft.com',
    'https://api.security.microsoft.com@evil.example',
    'https://:pass@api.security.microsoft.com',
    'https://user@api.security.microsoft.com',
    'https://user:pass@api.security.microsoft.com',
    'https://api.security.microsoft.com/api',
    'https://api.security.microsoft.com?x',
    'https://api.security.microsoft.com#x',
    'https:\\\\api.security.microsoft.com',
    'https://evil.example\\api.security.microsoft.com',
    'https://evil.example/api.security.microsoft.com',
    'https://xx.api.security.microsoft.com',
    'https://api.securıty.microsoft.com',
    'https://аpi.security.microsoft.com',
    '//api.security.microsoft.com',
    'api.security.microsoft.com',
    'file:///etc/passwd',
    'data:text/plain,x',
    'https://graph.microsoft.com',
    'https://api-gov.securitycenter.microsoft.us',
    'https://169.254.169.254',
    'https://10.0.0.1',
    'https://',
    'http://127.0.0.1:8090',
    'http://localhost:8090',
  ])('refuse to send tokens to %s', (url) => {
    expect(blamedWith({ DEFENDER_API_BASE_URL: url })).toEqual(['DEFENDER_API_BASE_URL']);
  });

  it.each([
    'http://127.0.0.1:8090',
    'http://127.1.2.3:8090',
    'http://localhost:8090',
    'http://[::1]:8090',
    'https://api.security.microsoft.com',
  ])('allow %s in Development', (url) => {
    expect(blamedWith({ ...DEVELOPMENT, DEFENDER_API_BASE_URL: url })).toEqual([]);
  });

  it.each([
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://evil.example#localhost',
    'http://0.0.0.0:8090',
    'http://10.0.0.1:8090',
    'http://[::ffff:10.0.0.1]:8090',
    'http://127.0.0.1:8090/api',
  ])('refuse %s in Development too', (url) => {
    expect(blamedWith({ ...DEVELOPMENT, DEFENDER_API_BASE_URL: url })).toEqual([
      'DEFENDER_API_BASE_URL',
    ]);
  });

  it.each([
    { DEFENDER_TOKEN_SCOPE: 'https://api.security.microsoft.com/.default' },
    { DEFENDER_TOKEN_SCOPE: 'https://graph.microsoft.com/.default' },
    { DEFENDER_TOKEN_SCOPE: 'https://api.securitycenter.microsoft.com' },
    {
      DEFENDER_CLOUD: 'gccHigh',
      DEFENDER_TOKEN_SCOPE: 'https://api.securitycenter.microsoft.com/.default',
    },
  ])('refuse a token of %o', (env) => {
    expect(blamedWith(env)).toEqual(['DEFENDER_TOKEN_SCOPE']);
  });

  it.each([
    { env: { DEFENDER_TENANT_ID: 'contoso.onmicrosoft.com' }, problems: ['DEFENDER_TENANT_ID'] },
    { env: { DEFENDER_TENANT_ID: '' }, problems: ['DEFENDER_TENANT_ID'] },
    { env: { DEFENDER_AUTH: 'managedIdentity' }, problems: [] },
    { env: { DEFENDER_CLIENT_ID: APP_ID }, problems: [] },
    { env: { DEFENDER_AUTH: 'federated' }, problems: ['DEFENDER_CLIENT_ID'] },
    { env: { DEFENDER_AUTH: 'federated', DEFENDER_CLIENT_ID: APP_ID }, problems: [] },
    {
      env: { DEFENDER_AUTH: 'clientSecret' },
      problems: ['DEFENDER_CLIENT_ID', 'DEFENDER_CLIENT_SECRET'],
    },
    {
      env: {
        DEFENDER_AUTH: 'clientSecret',
        DEFENDER_CLIENT_ID: APP_ID,
        DEFENDER_CLIENT_SECRET: 'x',
      },
      problems: [],
    },
    {
      env: { DEFENDER_AUTH: 'clientCertificate' },
      problems: ['DEFENDER_CLIENT_ID', 'DEFENDER_CLIENT_CERTIFICATE_PATH'],
    },
    {
      env: {
        DEFENDER_AUTH: 'clientCertificate',
        DEFENDER_CLIENT_ID: APP_ID,
        DEFENDER_CLIENT_CERTIFICATE_PATH: '/certs/app.pem',
      },
      problems: [],
    },
    { env: { DEFENDER_AUTH: 'managedidentity' }, problems: ['DEFENDER_AUTH'] },
  ])('blame $problems with $env', ({ env, problems }) => {
    expect(blamedWith(env)).toEqual(problems);
  });
});
