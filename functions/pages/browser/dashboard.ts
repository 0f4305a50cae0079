import { byId } from './dom';
import { keyAccess } from './keyAccess';
import { runDashboard } from './runDashboard';

if (document.body.dataset['access'] === 'noApplication') {
  byId('notice').textContent =
    'This app asks for tokens of Entra ID, and its ENTRA_AUDIENCE has no application id to sign in to. ' +
    'Set it to api://<application id>, or use npm run doctor and npm run trace.';
} else {
  runDashboard(keyAccess);
}
