import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const MB = 1024 * 1024;

/** Makes an authority and a certificate of it, and one that nobody vouches for. */
export class Certificates {
  #folder = mkdtempSync(join(tmpdir(), 'egress-'));
  authority = join(this.#folder, 'ca.pem');

  /** @param {string[]} names */
  constructor(names) {
    const subject = `subjectAltName=${names.map(name => `DNS:${name}`).join(',')}`;
    writeFileSync(join(this.#folder, 'names'), subject);
    this.#openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=ca', '-keyout', 'ca.key', '-out', 'ca.pem');
    this.#openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=server', '-keyout', 'key.pem', '-out', 'server.csr');
    this.#openssl('x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names', '-out', 'cert.pem');
    this.#openssl('req', '-x509', '-key', 'key.pem', '-days', '2', '-subj', '/CN=server', '-addext', subject, '-out', 'self.pem');
  }

  /** @param {'cert.pem' | 'self.pem'} which */
  options(which = 'cert.pem') {
    return { key: readFileSync(join(this.#folder, 'key.pem')), cert: readFileSync(join(this.#folder, which)) };
  }

  remove() {
    rmSync(this.#folder, { recursive: true });
  }

  #openssl(...args) {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe' });
  }
}

/** What job code calls. Keeps the requests it got. */
export class Outside {
  requests = [];
  connections = 0;
  #server;

  static async start(options) {
    const outside = new Outside();
    const answer = (request, response) => outside.#answer(request, response);
    outside.#server = options ? https.createServer(options, answer) : http.createServer(answer);
    outside.#server.on('connection', () => (outside.connections += 1));
    await new Promise(resolve => outside.#server.listen(0, '127.0.0.1', resolve));
    return outside;
  }

  get port() {
    return this.#server.address().port;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(request, response) {
    this.requests.push(request);
    const [path, target] = request.url.split('?');
    response.setHeader('content-type', 'text/plain');
    if (path === '/to') return response.writeHead(302, { location: decodeURIComponent(target) }).end();
    if (path === '/loop') return response.writeHead(302, { location: '/loop' }).end();
    if (path === '/bomb') return response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(8 * MB)));
    if (path === '/large') return response.end(Buffer.alloc(8 * MB));
    if (path === '/drip') return drip(response);
    if (path === '/silent') return undefined;
    return response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
  }
}

function drip(response) {
  const timer = setInterval(() => response.write('x'), 20);
  response.on('close', () => clearInterval(timer));
}
