import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { parseException } from '../../src/Worker/egress/policy.js';
import { isSpecial } from '../../src/Worker/egress/special.js';
import { ESCAPE, installEscape } from './kit/escape.js';
import { JobRunner, job } from './kit/job-runner.js';
import { NameServer } from './kit/name-server.js';
import { Certificates, Outside } from './kit/outside.js';
import { HTTP } from './kit/repo.js';

const NAMES = ['good.example', 'other.example', 'selfsigned.example'];
/** Public, and nobody's: no packet of a test gets anywhere. */
const NOBODY = '2d00::1';

let certificates, names, secure, distrusted, plain, runner, quick, allow;
before(async () => {
  installEscape();
  certificates = new Certificates(NAMES);
  [secure, distrusted, plain] = [await Outside.start(certificates.options()), await Outside.start(certificates.options('self.pem')), await Outside.start()];
  names = await NameServer.start({
    ...Object.fromEntries([...NAMES, 'misnamed.example', 'plain.example', 'private.example', 'localhost', ''].map(name => [name, [['127.0.0.1']]])),
    'two-faced.example': [['93.184.215.14', '10.0.0.1']], 'two-faced6.example': [[NOBODY, '::1']], 'mapped.example': [['::ffff:169.254.169.254']],
    'rebinding.example': [[NOBODY], ['127.0.0.1', '::1']], 'public.example': [[NOBODY]],
  });
  allow = [`good.example:${secure.port}`, `other.example:${secure.port}`, `misnamed.example:${secure.port}`, `selfsigned.example:${distrusted.port}`, `http://plain.example:${plain.port}`];
  const childEnv = { NODE_EXTRA_CA_CERTS: certificates.authority, NODE_TLS_REJECT_UNAUTHORIZED: '0', HTTPS_PROXY: `http://127.0.0.1:${plain.port}`, HTTP_PROXY: `http://127.0.0.1:${plain.port}` };
  const egress = { dnsServers: [names.address], responseLimitMb: 1 };
  runner = new JobRunner({ childEnv, egress });
  quick = new JobRunner({ childEnv, egress: { ...egress, callTimeoutMs: 400 } });
});
after(async () => {
  await Promise.all([runner.stop(), quick.stop()]);
  for (const one of [names, secure, distrusted, plain]) one.stop();
  certificates.remove();
});

/** The outcome of one step of job code with the http adaptor. */
const step = async (body, by = runner) => (await by.run({ jobs: [job('j1', body, { adaptor: HTTP })] }, { egress: { allow } })).steps[0];
const outcome = async (body, by) => {
  const { reason, error_type, error_message } = await step(body, by);
  return [reason, error_type, error_message];
};
const TEXT = {
  egress_insecure_scheme: 'egress_insecure_scheme: Jobs call over https only, unless the operator allows plain connections to the host',
  egress_blocked: 'egress_blocked: The address is not one that jobs may call',
};
/** What code with the whole process at hand gets. */
const inside = async (code, by = runner) => {
  const body = `inside(async ({ process, require, global, attempt }) => { ${code} });`;
  const result = await by.run({ jobs: [job('j1', body, { adaptor: ESCAPE })] }, { egress: { allow } });
  assert.equal(result.end.reason, 'success', result.end.error_message);
  return result.state;
};

test('addresses are told apart as the node tells them apart', () => {
  const vectors = JSON.parse(readFileSync(new URL('../Kit/special-addresses.json', import.meta.url), 'utf8'));
  assert.deepEqual(vectors.special.filter(address => !isSpecial(address)), []);
  assert.deepEqual(vectors.public.filter(isSpecial), []);
  for (const text of ['', 'localhost', '1.2.3', '1.2.3.4.5', '256.1.1.1', '1::2::3', ':::', '12345::', '2a00:::1', '1:2:3:4:5:6:7:8:9', '::1.2.3']) assert.ok(isSpecial(text), text);
});

test('an exception is written as host and port', () => {
  for (const text of ['host.example', 'host.example:8443', 'http://host.example:80', 'http://[::1]:8080']) assert.ok(parseException(text), text);
  for (const text of ['https://host.example', 'http://host.example/path', 'http://user@host.example', 'host.example/path', '10.0.0.0/8', '', 'ftp://host.example', 'http://h/']) assert.equal(parseException(text), undefined, text);
  assert.deepEqual(parseException('http://Host.example'), { plain: true, host: 'host.example', port: 80 });
});

for (const [url, code] of [
  ['http://127.1', 'egress_insecure_scheme'], ['http://public.example', 'egress_insecure_scheme'], ['https://0x7f000001', 'egress_blocked'],
  ['https://2130706433', 'egress_blocked'], ['https://0177.0.0.1', 'egress_blocked'], ['https://[::ffff:169.254.169.254]', 'egress_blocked'],
  ['https://[64:ff9b::a9fe:a9fe]', 'egress_blocked'], ['https://[2002:7f00:1::]', 'egress_blocked'], ['https://[fd00:ec2::254]', 'egress_blocked'],
  ['https://169.254.169.254', 'egress_blocked'], ['https://100.64.0.1', 'egress_blocked'], ['https://localhost.', 'egress_blocked'],
  ['https://localhost', 'egress_blocked'], ['https://private.example', 'egress_blocked'], ['https://two-faced.example', 'egress_blocked'],
  ['https://two-faced6.example', 'egress_blocked'], ['https://mapped.example', 'egress_blocked'], ['https://nobody-knows.example', 'egress_blocked'],
  ['https://user@good.example', 'egress_blocked'], ['https://user:password@public.example', 'egress_blocked'], ['https://public.example:8443', 'egress_blocked'],
]) {
  test(`job code does not call ${url}`, async () => {
    assert.deepEqual(await outcome(`get("${url}/");`), ['fail', code, TEXT[code]]);
    const others = await inside(`
      const http = require("http"), https = require("https");
      const requested = () => new Promise((resolve, reject) => ("${url}".startsWith("https:") ? https : http).get("${url}/", resolve).on("error", reject));
      return { fetched: await attempt(() => global.fetch("${url}/")), requested: await attempt(requested) };`);
    assert.deepEqual(others, { ...others, fetched: code, requested: code });
  });
}

test('an allowed host is called, by its name, port and scheme only', async () => {
  assert.deepEqual((await step(`get("https://good.example:${secure.port}/");`)).output.data, { ok: true });
  assert.deepEqual((await step(`get("http://plain.example:${plain.port}/");`)).output.data, { ok: true });
  assert.equal((await outcome(`get("http://good.example:${secure.port}/");`))[1], 'egress_insecure_scheme');
  assert.equal((await outcome(`get("https://plain.example:${plain.port}/");`))[1], 'egress_blocked');
  assert.equal((await outcome(`get("https://good.example:${plain.port}/");`))[1], 'egress_blocked');
  assert.equal((await outcome(`get("http://127.0.0.1:${plain.port}/");`))[1], 'egress_insecure_scheme');
});

test('what one project may call, another may not', async () => {
  const body = `get("http://plain.example:${plain.port}/");`;
  const other = await runner.run({ jobs: [job('j1', body, { adaptor: HTTP })] }, { project_id: 'other' });
  assert.equal(other.steps[0].error_type, 'egress_insecure_scheme');
  assert.deepEqual((await step(body)).output.data, { ok: true });
});

test('a name is resolved once for check and call, and what it becomes later is checked as well', async () => {
  const [, first] = await outcome('get("https://rebinding.example/");', quick);
  assert.notEqual(first, 'egress_blocked');
  assert.equal(names.timesAsked('rebinding.example'), 1);
  assert.equal((await outcome('get("https://rebinding.example/");', quick))[1], 'egress_blocked');
  assert.equal(names.timesAsked('rebinding.example'), 2);
});

test('a certificate that nobody vouches for, or that is for another name, ends the call, whatever the job asks for', async () => {
  const options = '{ tls: { rejectUnauthorized: false, checkServerIdentity: () => undefined } }';
  for (const address of [`https://selfsigned.example:${distrusted.port}/`, `https://misnamed.example:${secure.port}/`]) {
    assert.equal((await outcome(`get("${address}", ${options});`))[1], 'egress_tls_untrusted');
    const others = await inside(`
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
      const options = { rejectUnauthorized: false, checkServerIdentity: () => undefined, servername: "good.example" };
      const get = more => new Promise((resolve, reject) => require("https").get("${address}", { ...options, ...more }, resolve).on("error", reject));
      const raw = () => { const { hostname, port } = new global.URL("${address}"); return new Promise((resolve, reject) => require("tls").connect({ host: hostname, port, ...options }, resolve).on("error", reject)); };
      return { fetched: await attempt(() => global.fetch("${address}")), got: await attempt(() => get({})), raw: await attempt(raw),
        agent: await attempt(() => get({ agent: new (require("https").Agent)(options) })), h2: await attempt(() => new Promise((resolve, reject) => require("http2").connect("${address}", options, resolve).on("error", reject))) };`);
    assert.deepEqual(others, { ...others, fetched: 'egress_tls_untrusted', got: 'egress_tls_untrusted', raw: 'egress_tls_untrusted', agent: 'egress_tls_untrusted', h2: 'egress_tls_untrusted' });
  }
  assert.deepEqual(distrusted.requests, []);
});

test('every redirect is checked, and what proves who asks stays with whom it was for', async () => {
  const to = target => `https://good.example:${secure.port}/to?${encodeURIComponent(target)}`;
  for (const [target, code] of [['http://169.254.169.254/latest/meta-data', 'egress_insecure_scheme'], ['https://169.254.169.254/', 'egress_blocked'], ['https://private.example/', 'egress_blocked']]) {
    assert.equal((await outcome(`get("${to(target)}", { maxRedirections: 3 });`))[1], code);
    assert.deepEqual(await inside(`return { code: await attempt(() => global.fetch("${to(target)}")) };`).then(state => state.code), code);
  }
  secure.requests.length = 0;
  const other = `https://other.example:${secure.port}/landed`;
  await step(`get("${to(other)}", { maxRedirections: 3, headers: { authorization: "Bearer secret" } });`);
  await inside(`await global.fetch("${to(other)}", { headers: { authorization: "Bearer secret" } });`);
  const landed = secure.requests.filter(request => request.url.startsWith('/landed')).map(request => request.headers.authorization);
  assert.deepEqual(landed, [undefined, undefined]);
});

test('a loop of redirects ends', async () => {
  secure.requests.length = 0;
  const loop = `https://good.example:${secure.port}/loop`;
  const result = await inside(`return { fetched: await attempt(() => global.fetch("${loop}")) };`);
  assert.match(result.fetched, /TypeError/);
  assert.ok(secure.requests.length <= 30);
});

test('an answer has a size, as it comes and as it becomes', async () => {
  const at = path => `https://good.example:${secure.port}${path}`;
    assert.equal((await outcome(`get("${at('/large')}");`))[1], 'egress_too_large');
  const others = await inside(`
    const zlib = require("zlib");
    const bomb = zlib.gzipSync(Buffer.alloc(8e6));
    return { large: await attempt(async () => (await global.fetch("${at('/large')}")).text()), bomb: await attempt(async () => (await global.fetch("${at('/bomb')}")).text()),
      late: await attempt(() => new Promise((resolve, reject) => zlib.gunzip(bomb, (error, data) => error ? reject(error) : resolve(data.length)))), sync: await attempt(() => zlib.gunzipSync(bomb).length) };`);
  assert.deepEqual(others, { ...others, large: 'egress_too_large', bomb: 'egress_too_large', late: 'egress_too_large', sync: 'ERR_BUFFER_TOO_LARGE' });
});

test('an answer has a time', async () => {
  for (const path of ['/drip', '/silent']) {
    assert.equal((await outcome(`get("https://good.example:${secure.port}${path}");`, quick))[1], 'egress_timeout');
  }
});

test('a proxy of the environment sees nothing', async () => {
  plain.connections = 0;
  await step(`get("https://good.example:${secure.port}/");`);
  await inside(`await global.fetch("https://good.example:${secure.port}/");`);
  assert.equal(plain.connections, 0);
});

test('code that has the whole process at hand opens no other connection', async () => {
  plain.connections = 0;
  const { port } = plain;
  const state = await inside(`
    const net = require("net"), dgram = require("dgram"), tls = require("tls"), dns = require("dns");
    const open = (options) => new Promise((resolve, reject) => net.connect(options, () => resolve("open")).on("error", reject));
    const handleOf = socket => socket._handle;
    const held = new net.Socket().on("error", () => {});
    held.connect({ host: "plain.example", port: ${port} });
    const TCP = Object.getPrototypeOf(handleOf(held)).constructor;
    let Request;
    const hook = require("async_hooks").createHook({ init(id, type, trigger, resource) { if (type === "TCPCONNECTWRAP") Request = resource.constructor; } }).enable();
    await new Promise(resolve => net.connect({ host: "plain.example", port: ${port} }, function () { this.destroy(); resolve(); }));
    hook.disable();
    const byHand = () => new Promise(resolve => { const tcp = new TCP(0); const request = new Request(); request.oncomplete = status => resolve("connected " + status); const status = tcp.connect(request, "127.0.0.2", ${port}); if (status) resolve(status); });
    const ears = () => new Promise((resolve, reject) => net.createServer().listen(0, () => resolve("listens")).on("error", reject));
    return { ears: await attempt(ears),
      ports: await attempt(() => open({ host: "public.example", port: 22 })), literal: await attempt(() => open({ host: "127.0.0.1", port: ${port} })),
      lookup: await attempt(() => new Promise((resolve, reject) => require("https").get({ host: "public.example", lookup: (h, o, done) => done(null, [{ address: "127.0.0.1", family: 4 }]) }, resolve).on("error", reject))).then(code => code === "connected" ? code : "not"),
      pipe: await attempt(() => open({ path: "/var/run/docker.sock" })), byHand: await byHand(), prototype: await attempt(() => { TCP.prototype.connect = 1; return TCP.prototype.connect === 1; }),
      udp: await attempt(() => new Promise((resolve, reject) => { const socket = dgram.createSocket("udp4"); socket.on("error", reject); socket.send("x", ${port}, "127.0.0.1", error => error ? reject(error) : resolve("sent")); })),
      listen: await attempt(() => new Promise((resolve, reject) => net.createServer().listen(0, "127.0.0.1", () => resolve("listens")).on("error", reject))),
      raw: await attempt(() => new tls.TLSSocket(new net.Socket())), names: await attempt(() => dns.promises.lookup("private.example")),
      mail: await attempt(() => dns.promises.resolveMx("public.example")), text: await attempt(() => dns.resolveTxt("secret.public.example", () => {})), own: await attempt(() => new dns.Resolver()),
      binding: await attempt(() => process.binding("tcp_wrap")),
      sealed: await attempt(() => { process.stdin.emit("data", Buffer.from("")); return "ok"; }),
    };`);
  assert.deepEqual(state, { ...state, ports: 'egress_insecure_scheme', literal: 'egress_insecure_scheme', lookup: 'not', pipe: 'egress_blocked', byHand: -13,
    udp: 'egress_blocked', listen: 'egress_blocked', raw: 'egress_tls_untrusted', names: 'egress_blocked', mail: 'egress_blocked', text: 'egress_blocked', own: 'TypeError: dns.Resolver is not a constructor', binding: 'ERR_ACCESS_DENIED' });
  assert.equal(state.prototype === true, false);
  assert.equal(names.asked.some(question => question.startsWith('secret.')), false);
});
