import { createHmac } from 'node:crypto';

/**
 * The token a worker shows when it connects: JWT, HS256 over the raw bytes of the secret.
 * @param {string} secret @param {string} workerId @param {number} [nowMs]
 */
export function workerToken(secret, workerId, nowMs = Date.now()) {
  const claims = { worker_id: workerId, iat: Math.floor(nowMs / 1000), iss: 'urn:openfn:worker' };
  const signed = `${encode({ alg: 'HS256' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** @param {object} part */
function encode(part) {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
