import {
  AzureCliCredential,
  AzureDeveloperCliCredential,
  ChainedTokenCredential,
} from '@azure/identity';
import { systemClock } from '../shared/clock/systemClock';
import { grant } from './grant/grant';
import { CannotGrant } from './grant/grantRoles';

const credential = new ChainedTokenCredential(
  new AzureDeveloperCliCredential(),
  new AzureCliCredential(),
);
const getToken = async (scope: string): Promise<string> => {
  const token = await credential.getToken(scope).catch(() => {
    throw new CannotGrant('Nobody is signed in: run azd auth login, or az login.');
  });
  return token.token;
};

grant(process.argv.slice(2), { env: process.env, getToken, fetch, clock: systemClock }).then(
  ({ exitCode, output }) => {
    process.stdout.write(output);
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(error instanceof CannotGrant ? error.message : error);
    process.exitCode = 2;
  },
);
