import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

const REQUEST_MS = 30_000;

/** The few calls of the cluster's API that the demo makes. @param {string} url @param {string} token */
export function client(url, token) {
  const authorization = `Bearer ${token}`;
  return {
    get: path => call('GET', path),
    post: (path, body) => call('POST', path, JSON.stringify(body), 'application/json'),
    postYaml: (path, body) => call('POST', path, body, 'application/yaml'),
    put: (path, body) => call('PUT', path, body && JSON.stringify(body), body && 'application/json'),
    follow,
  };

  async function call(method, path, body, contentType) {
    const response = await fetch(url + path, {
      method,
      body,
      headers: { authorization, ...(contentType && { 'content-type': contentType }) },
      signal: AbortSignal.timeout(REQUEST_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Every line of a run's log as it is stored, until the run has ended. @param {string} runId @param {number} limitMs */
  async function* follow(runId, limitMs) {
    const response = await fetch(`${url}/v1/runs/${runId}/logs`, {
      headers: { authorization, accept: 'text/event-stream' },
      signal: AbortSignal.timeout(limitMs),
    });
    if (!response.ok) throw new Error(`The log stream was answered with ${response.status}`);
    let event = '';
    for await (const line of createInterface({ input: Readable.fromWeb(response.body) })) {
      if (line.startsWith('event: ')) event = line.slice(7);
      else if (line.startsWith('data: ') && event === 'line') yield JSON.parse(line.slice(6));
      else if (line.startsWith('data: ') && event === 'end') return;
    }
    throw new Error('The log stream broke off before the run had ended');
  }
}
