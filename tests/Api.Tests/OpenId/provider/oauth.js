// A real OAuth 2 provider on the loopback for tests of credentials: oauth.js REDIRECT_URI. Access tokens live for 20 s, refresh tokens are
// good for one use. GET /seen says how many tokens each grant brought and how many refreshes were refused; POST /down?N has the next N
// requests for tokens answered with 503.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [redirectUri] = process.argv.slice(2);
const seen = { refresh_token: 0, client_credentials: 0, authorization_code: 0, refused: 0, revoked: 0, down: 0 };
let down = 0;

function makeProvider(issuer) {
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'app',
      client_secret: 'secret of app/+',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types: ['code'],
    }],
    scopes: ['openid', 'offline_access', 'api'],
    cookies: { keys: ['only for tests'] },
    features: { devInteractions: { enabled: true }, clientCredentials: { enabled: true }, revocation: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    issueRefreshToken: async () => true,
    rotateRefreshToken: () => true,
    pkce: { required: () => true },
    ttl: { Session: 600, Interaction: 600, Grant: 600, AccessToken: 20, ClientCredentials: 20, IdToken: 600, RefreshToken: 600 },
  });
  provider.on('grant.success', context => seen[context.oidc.params.grant_type]++);
  provider.on('grant.error', () => seen.refused++);
  provider.on('grant.revoked', () => {});
  return provider.callback();
}

let handle = () => {};
const server = createServer((request, response) => {
  if (request.url === '/seen') return response.end(JSON.stringify(seen));
  if (request.url.startsWith('/down?')) {
    down = Number(request.url.split('?')[1]);
    return response.end();
  }
  if (request.url === '/token' && down > 0) {
    down--;
    seen.down++;
    return response.writeHead(503).end();
  }
  if (request.url === '/token/revocation') seen.revoked++;
  handle(request, response);
});
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  handle = makeProvider(issuer);
  console.log(JSON.stringify({ issuer }));
});
process.stdin.on('close', () => process.exit()).resume();
