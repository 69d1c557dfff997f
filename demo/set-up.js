import { randomBytes } from 'node:crypto';

/**
 * Makes the first super user of a new cluster, with a password that nobody knows, and an API token of theirs.
 * @param {string} url @param {string} setupToken @returns {Promise<string>} the API token
 */
export async function setUp(url, setupToken) {
  const password = randomBytes(24).toString('base64url');
  const { session } = await post('/v1/setup', { setupToken, email: 'demo@example.org', name: 'Demo', password });
  const { token } = await post('/v1/users/me/api-tokens', { name: 'demo' }, session.accessToken);
  return token;

  async function post(path, body, bearer) {
    const headers = { 'Content-Type': 'application/json', ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}) };
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const document = await answer.json();
    if (!answer.ok) throw new Error(`The node could not be set up: ${document.title}`);
    return document;
  }
}
