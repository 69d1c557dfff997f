import { parse } from 'acorn';

const DEFAULT = '__default';
/** esbuild declares nothing inside an export: these are all it prints. */
const MODULE_SYNTAX = new Set(['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ExportDefaultDeclaration']);

/**
 * Moves the body of a bundled module into a function that returns what the module exported.
 * @param {string} code an ES module as esbuild prints it
 * @param {Map<string, string>} vendors import source -> export of `./vendor.js` that stands in for it
 * @returns {{ factory: string, exports: string[], passedOn: string[] }} `passedOn`: statements for the entry module
 */
export function wrapModule(code, vendors) {
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  /** @type {string[]} */ const imports = [];
  /** @type {string[]} */ const passedOn = [];
  /** @type {[exported: string, local: string][]} */ const exported = [];
  let body = '';
  let end = 0;
  for (const node of program.body) {
    if (!isModuleSyntax(node)) continue;
    body += code.slice(end, node.start);
    end = node.end;
    if (node.type === 'ImportDeclaration') {
      imports.push(importOf(node, code, vendors));
    } else if (node.type === 'ExportDefaultDeclaration') {
      body += `const ${DEFAULT} = ${code.slice(node.declaration.start, node.declaration.end)};`;
      exported.push(['default', DEFAULT]);
    } else if (node.type === 'ExportNamedDeclaration' && !node.source) {
      exported.push(...node.specifiers.map(pairOf));
    } else {
      passedOn.push(code.slice(node.start, node.end));
    }
  }
  body += code.slice(end);
  const returned = exported.map(([name, local]) => `${JSON.stringify(name)}: ${local}`);
  return {
    factory: `${imports.join('\n')}\nexport async function instantiate() {\n${body}\nreturn { ${returned.join(', ')} };\n}\n` +
      `export const isWhole = ${passedOn.length === 0};\n`,
    exports: exported.map(([name]) => name),
    passedOn,
  };
}

/**
 * The module that is imported once per run.
 * @param {string[]} exports @param {string[]} passedOn
 */
export function entryModule(exports, passedOn) {
  const bindings = exports.map((name, index) => `const e${index} = adaptor[${JSON.stringify(name)}];`);
  const list = exports.map((name, index) => `e${index} as ${name}`);
  return [
    'import { instantiate } from "./factory.js";',
    ...passedOn,
    'const adaptor = await instantiate();',
    ...bindings,
    `export { ${list.join(', ')} };`,
    '',
  ].join('\n');
}

/** @param {any} node */
function isModuleSyntax(node) {
  return MODULE_SYNTAX.has(node.type);
}

/** @param {any} specifier @returns {[string, string]} */
function pairOf(specifier) {
  return [specifier.exported.name, specifier.local.name];
}

/** @param {any} node @param {string} code @param {Map<string, string>} vendors */
function importOf(node, code, vendors) {
  const vendor = vendors.get(node.source.value);
  if (!vendor) return code.slice(node.start, node.end);
  const lines = node.specifiers.map((/** @type {any} */ specifier) => {
    if (specifier.type === 'ImportNamespaceSpecifier') return `const ${specifier.local.name} = ${vendor};`;
    const name = specifier.type === 'ImportDefaultSpecifier' ? 'default' : specifier.imported.name;
    return `const ${specifier.local.name} = ${vendor}.${name};`;
  });
  const once = `import { ${vendor} as ${vendor}_${node.start} } from "./vendor.js";`;
  return [once, ...lines.map((/** @type {string} */ line) => line.replaceAll(vendor, `${vendor}_${node.start}`))].join('\n');
}
