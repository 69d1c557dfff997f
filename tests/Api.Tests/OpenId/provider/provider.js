// A real OpenID provider on the loopback for tests: provider.js PORT REDIRECT_URI. It says in one line of JSON who it is and which private
// keys it has, so that tests can sign what a provider would not. A line on stdin is the id of a key that replaces the others.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const AUDIENCE = 'urn:cluster';
const [port, redirectUri] = process.argv.slice(2);

/** @type {Record<string, object>} claims by login */
const people = {
  root: { email: 'root@example.org', email_verified: true, name: 'Root' },
  dana: { email: 'dana@example.org', email_verified: true, name: 'Dana Marsh' },
  doubtful: { email: 'root@example.org', email_verified: false, name: 'Not Root' },
  stranger: { email: 'stranger@example.org', email_verified: true, name: 'A Stranger' },
  nobody: {},
};

const makeKey = kid => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256',
});

/** @param {string} issuer @param {object[]} keys */
function makeProvider(issuer, keys) {
  return new Provider(issuer, {
    clients: ['cluster', 'app'].map(client_id => ({
      client_id, client_secret: `secret-of-${client_id}`, redirect_uris: [redirectUri], grant_types: ['authorization_code'], response_types: ['code'],
    })),
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['only for tests'] },
    features: {
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({ scope: '', audience: AUDIENCE, accessTokenFormat: 'jwt' }),
      },
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    jwks: { keys },
    pkce: { required: () => true },
    ttl: { Session: 600, Interaction: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
  });
}

let keys = [makeKey('first')];
let handle = () => {};
const server = createServer((request, response) => handle(request, response));
server.listen(Number(port), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const use = () => {
    handle = makeProvider(issuer, keys).callback();
    console.log(JSON.stringify({ issuer, keys }));
  };
  use();
  createInterface({ input: process.stdin })
    .on('line', kid => {
      keys = [makeKey(kid)];
      use();
    })
    .on('close', () => process.exit());
});
