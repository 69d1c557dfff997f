import { builtinModules } from 'node:module';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { wrapModule, entryModule } from './wrap.js';

const BUNDLE = 'bundle';
const UNBUNDLEABLE = /\b__dirname\b|\b__filename\b|import\.meta\b|\.node['"]/;
const builtins = new Set([...builtinModules, ...builtinModules.map(name => `node:${name}`)]);
const shared = { bundle: true, write: false, platform: 'node', format: 'esm', target: 'node20', logLevel: 'silent' };

/**
 * Turns an installed adaptor into three files, so that a run gets module state of its own without loading code again:
 * `vendor.js` holds the third-party packages and is loaded once per process; `factory.js` holds the `@openfn` code
 * inside a function; `index.js` calls that function, anew for each cache key it is imported with.
 * @param {string} folder the adaptor's folder, with its dependencies in `node_modules`
 * @param {{ vendor: boolean }} options without `vendor`, third-party packages are imported from where they lie
 */
export async function bundleAdaptor(folder, { vendor }) {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const externals = new Map();
  const code = await bundleOwnCode(folder, entryOf(manifest), externals);
  const kept = vendor ? await bundleVendors(folder, [...externals.values()]) : new Map();
  const { factory, exports, passedOn } = wrapModule(code, kept);
  await mkdir(join(folder, BUNDLE), { recursive: true });
  await writeFile(join(folder, BUNDLE, 'factory.js'), factory);
  await writeFile(join(folder, BUNDLE, 'index.js'), entryModule(exports, passedOn));
  await writeFile(join(folder, 'package.json'), JSON.stringify(pointToBundle(manifest), null, 2));
}

/** The file the runtime's linker would load. @param {any} manifest */
function entryOf(manifest) {
  const dot = typeof manifest.exports === 'string' ? manifest.exports : manifest.exports?.['.'];
  return (typeof dot === 'string' ? dot : dot?.import) ?? manifest.main ?? 'index.js';
}

/** @param {any} manifest */
function pointToBundle(manifest) {
  const types = manifest.exports?.['.']?.types ?? manifest.types;
  return {
    ...manifest,
    type: 'module',
    exports: { '.': { import: `./${BUNDLE}/index.js`, ...(types && { types }) }, './package.json': './package.json' },
    main: `./${BUNDLE}/index.js`,
  };
}

/**
 * @param {string} folder @param {string} entry
 * @param {Map<string, string>} externals filled with specifier in the code -> file
 */
async function bundleOwnCode(folder, entry, externals) {
  const result = await build({
    ...shared,
    entryPoints: [resolve(folder, entry)],
    absWorkingDir: folder,
    banner: { js: 'import { createRequire as __createRequire } from "node:module";\n' +
      'const require = __createRequire(import.meta.url);' },
    plugins: [thirdPartyAsFiles(folder, externals)],
  });
  return result.outputFiles[0].text;
}

/**
 * Leaves third-party packages out, naming the very file that is meant: two versions of one package stay apart, and
 * imports without extension (`lodash/set`), which Node.js refuses, work.
 * @param {string} folder @param {Map<string, string>} externals
 */
function thirdPartyAsFiles(folder, externals) {
  return {
    name: 'third-party-as-files',
    setup(/** @type {import('esbuild').PluginBuild} */ builder) {
      builder.onResolve({ filter: /^[^./]/ }, async args => {
        if (args.pluginData === 'inner' || args.kind === 'entry-point') return undefined;
        if (builtins.has(args.path)) return { path: args.path, external: true };
        if (args.path.startsWith('@openfn/')) return undefined;
        const found = await builder.resolve(args.path, { kind: args.kind, resolveDir: args.resolveDir, pluginData: 'inner' });
        if (found.errors.length > 0) return { path: args.path, external: true };
        const path = `./${relative(join(folder, BUNDLE), found.path)}`;
        if (args.kind === 'import-statement') externals.set(path, found.path);
        return { path, external: true };
      });
    },
  };
}

/**
 * @param {string} folder @param {string[]} files
 * @returns {Promise<Map<string, string>>} specifier in the adaptor's code -> name of the export of vendor.js
 */
async function bundleVendors(folder, files) {
  const bundleable = [];
  for (const file of files) if (await canBeBundled(folder, file)) bundleable.push(file);
  if (bundleable.length === 0) return new Map();
  const names = bundleable.map((_, index) => `vendor${index}`);
  const result = await buildVendors(folder, bundleable, names);
  await mkdir(join(folder, BUNDLE), { recursive: true });
  await writeFile(join(folder, BUNDLE, 'vendor.js'), result.outputFiles[0].text);
  return new Map(bundleable.map((file, index) => [`./${relative(join(folder, BUNDLE), file)}`, names[index]]));
}

/** A package that looks for files beside its own code has to stay where it is. @param {string} folder @param {string} file */
async function canBeBundled(folder, file) {
  try {
    const result = await buildVendors(folder, [file], ['only']);
    const inputs = Object.keys(result.metafile.inputs).filter(name => name.includes('node_modules'));
    const sources = await Promise.all(inputs.map(name => readFile(resolve(folder, name), 'utf8')));
    return !sources.some(source => UNBUNDLEABLE.test(source));
  } catch {
    return false;
  }
}

/** @param {string} folder @param {string[]} files @param {string[]} names */
function buildVendors(folder, files, names) {
  const lines = files.map((file, index) => `export * as ${names[index]} from ${JSON.stringify(file)};`);
  return build({
    ...shared,
    metafile: true,
    stdin: { contents: lines.join('\n'), resolveDir: folder, sourcefile: 'vendor.mjs', loader: 'js' },
    absWorkingDir: folder,
    banner: { js: 'import { createRequire as __createRequire } from "node:module";\n' +
      'const require = __createRequire(import.meta.url);' },
  });
}
