import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { AdaptorInstaller } from '../../src/Worker/adaptors/installer.js';
import { bundleAdaptor } from '../../src/Worker/adaptors/bundle.js';
import { withLock } from '../../src/Worker/adaptors/lock.js';
import { allowList, parseSpecifier } from '../../src/Worker/adaptors/specifier.js';
import { workerDir } from './kit/repo.js';

const run = promisify(execFile);
const COLLECTIONS = '@openfn/language-collections@0.9.3';

let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), 'installer-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

const installer = (more = {}) => new AdaptorInstaller({ repoDir: folder, allow: ['@openfn/language-*'], offline: false, installTimeoutMs: 120_000, ...more });

test('only a name and an exact version is a specifier', () => {
  assert.deepEqual(parseSpecifier('@openfn/language-http@7.2.10'), { name: '@openfn/language-http', version: '7.2.10', text: '@openfn/language-http@7.2.10' });
  for (const text of ['@openfn/x', '@openfn/x@latest', '@openfn/x@^1.0.0', '@openfn/x@1.0.0;id', '../x@1.0.0', '@openfn/../x@1.0.0',
    '--prefix=/@1.0.0', 'git+ssh://x@1.0.0', '@openfn/x@file:/etc', '', undefined, 7, `@openfn/${'x'.repeat(300)}@1.0.0`]) {
    assert.throws(() => parseSpecifier(text), String(text));
  }
});

test('the allow-list names adaptors', () => {
  const allowed = allowList(['@openfn/language-*', 'exact']);
  assert.deepEqual(['@openfn/language-http', '@openfn/other', 'exact', 'exactly', '@openfn/language-a/b'].map(allowed), [true, false, true, false, false]);
});

test('what is not allowed, or not there when offline, is refused', async () => {
  await assert.rejects(installer({ allow: ['@openfn/language-common'] }).ensure(COLLECTIONS), /Error installing .*does not allow/);
  await assert.rejects(installer({ offline: true }).ensure(COLLECTIONS), { name: 'AutoinstallError', severity: 'exception' });
});

test('an install that fails leaves nothing behind and is remembered for a while', async () => {
  const one = installer({ retryAfterMs: 300 });
  const missing = '@openfn/language-common@999.0.0';
  const first = one.ensure(missing);
  await assert.rejects(first, /Error installing @openfn\/language-common@999\.0\.0/);
  assert.equal(one.ensure(missing), first);
  await new Promise(resolve => setTimeout(resolve, 400));
  assert.notEqual(one.ensure(missing), first);
  await assert.rejects(one.ensure(missing));
  assert.deepEqual(readdirSync(folder).filter(name => name.startsWith('.install')), []);
});

test('two processes install one adaptor once', async () => {
  const command = [join(workerDir, 'install-adaptors.js'), '--repo', folder, '@openfn/language-common@3.3.4'];
  const outputs = await Promise.all([run(process.execPath, command), run(process.execPath, command)]);
  for (const { stdout } of outputs) assert.match(stdout, /language-common_3\.3\.4/);
  const path = join(folder, 'node_modules/@openfn/language-common_3.3.4');
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  assert.deepEqual([manifest.name, manifest.version, manifest.exports['.'].import], ['@openfn/language-common', '3.3.4', './bundle/index.js']);
  assert.equal(existsSync(join(folder, '.install-lock')), false);
});

test('the lock of a process that died is taken over', async () => {
  const lock = join(folder, 'lock');
  mkdirSync(lock);
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(lock, longAgo, longAgo);
  assert.equal(await withLock(lock, 1_000, async () => 'done'), 'done');
  mkdirSync(lock);
  await assert.rejects(withLock(lock, 200, async () => 'never'), /too long/);
});

/** An adaptor made of these files, bundled. */
async function bundled(name, files, vendor = true) {
  const path = join(folder, '@openfn', name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(path, file, '..'), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  await bundleAdaptor(path, { vendor });
  let count = 0;
  return () => import(`${join(path, 'bundle/index.js')}?${(count += 1)}`);
}

const THIRD = { 'node_modules/third/package.json': '{"name":"third","main":"main.js"}', 'node_modules/third/main.js': 'exports.count = 0; exports.deep = () => require("./sub").x;', 'node_modules/third/sub.js': 'exports.x = "sub";' };

test('an instance of an adaptor has state of its own, third-party packages are shared', async () => {
  const fresh = await bundled('language-a_1.0.0', {
    ...THIRD,
    'package.json': '{"name":"@openfn/language-a","type":"module","exports":{".":{"import":"./index.js"}}}',
    'index.js': `import third, { deep } from 'third'; import { x } from 'third/sub'; import * as help from './help.js';
      let own = 0; export const bump = () => [++own, ++third.count, deep(), x]; export { help }; export default 1; export { own as delete };`,
    'help.js': 'export const twice = n => n * 2;',
  });
  const [one, two] = [await fresh(), await fresh()];
  assert.deepEqual(one.bump(), [1, 1, 'sub', 'sub']);
  assert.deepEqual(two.bump(), [1, 2, 'sub', 'sub']);
  assert.deepEqual(Object.keys(one).sort(), ['bump', 'default', 'delete', 'help']);
  assert.equal(one.help.twice(2), 4);
});

test('an adaptor written as CommonJS is bundled, too', async () => {
  const fresh = await bundled('language-b_1.0.0', {
    ...THIRD,
    'package.json': '{"name":"@openfn/language-b","main":"index.js"}',
    'index.js': 'const { deep } = require("third"); let n = 0; exports.bump = () => [++n, deep(), require("node:path").sep];',
  });
  const [one, two] = [await fresh(), await fresh()];
  assert.deepEqual([one.default.bump(), two.default.bump()], [[1, 'sub', '/'], [1, 'sub', '/']]);
});

test('a package that looks for files beside its code stays where it is', async () => {
  const fresh = await bundled('language-c_1.0.0', {
    'node_modules/place/package.json': '{"name":"place"}', 'node_modules/place/index.js': 'module.exports = __dirname;',
    'package.json': '{"name":"@openfn/language-c","type":"module","exports":"./index.js"}',
    'index.js': 'import place from "place"; export const where = () => place;',
  });
  assert.match((await fresh()).where(), /node_modules\/place$/);
});
