import { acceptedWith } from '../config/exampleSettings';
import { storageCheck } from '../../../shared/doctor/storageCheck';
import { versionCheck } from '../../../shared/doctor/otherChecks';
import { tokenCheck } from '../../../shared/doctor/tokenCheck';
import { TokenUnavailableError } from '../../../shared/identity/TokenUnavailableError';
import { createStateStorage } from '../../../shared/storage/createStateStorage';

const { defender } = acceptedWith({}).config;
const tokenOf = (claims: object): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
const right = {
  aud: defender.tokenScope.replace('/.default', ''),
  tid: defender.tenantId,
  roles: ['Machine.Read.All'],
  iat: 1_700_000_000,
  exp: 1_700_003_600,
};

describe('the check of the token', () => {
  it.each([
    { title: 'is content with the right one', claims: right, status: 'ok', mend: null },
    {
      title: 'finds another audience',
      claims: { ...right, aud: 'https://management.azure.com' },
      status: 'failed',
      mend: expect.stringContaining('DEFENDER_TOKEN_SCOPE') as string,
    },
    {
      title: 'leaves a token of an unknown form to the endpoints',
      claims: {},
      status: 'warning',
      mend: expect.stringContaining('endpoints') as string,
    },
  ])('$title', async ({ claims, status, mend }) => {
    const [found] = await tokenCheck({ tokens: { get: async () => tokenOf(claims) }, defender })();

    expect(found).toMatchObject({ status, mend });
  });

  it('finds an expired secret', async () => {
    const error = new TokenUnavailableError('AADSTS7000222: The provided client secret keys …');
    const [found] = await tokenCheck({ tokens: { get: () => Promise.reject(error) }, defender })();

    expect(found).toMatchObject({
      status: 'failed',
      mend: 'The client secret has expired: make a new one and set DEFENDER_CLIENT_SECRET.',
    });
  });
});

describe('the check of the storage', () => {
  it('finds one that cannot be reached', async () => {
    const at = (port: number) => `http://127.0.0.1:${port}/a`;
    const stateStorageConnectionString = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;BlobEndpoint=${at(9)};TableEndpoint=${at(9)};`;
    const { config, secrets } = acceptedWith({});
    const storage = createStateStorage({
      config: {
        ...config,
        stateStorage: { tableServiceUri: null, blobServiceUri: null, clientId: null },
      },
      secrets: { ...secrets, stateStorageConnectionString },
    });

    const found = await storageCheck(storage)();

    expect(found.map(({ status }) => status)).toEqual(found.map(() => 'failed'));
    expect(found[0]?.mend).toContain('StateStorage');
  });
});

describe('the check of Node', () => {
  it.each([
    { version: 'v20.20.2', status: 'warning' },
    { version: 'v22.1.0', status: 'ok' },
  ])('finds $version $status', async ({ version, status }) => {
    expect(await versionCheck(version)()).toMatchObject([{ status }]);
  });
});
