/**
 * @typedef {object} HelperNames
 * @property {string} defer what the compiled code calls the runtime's `defer`
 * @property {string} promise the parameter of the deferred functions
 * @property {boolean} importsDefer whether the import of `defer` has to be added
 */

/**
 * Names for what the compiler makes up. The usual ones, unless the job uses the same name for something of its own.
 * @param {import('./syntax-tree.js').Node} program
 * @param {Set<string>} declared names declared at top level
 * @param {Set<string>} free names used without a declaration
 * @returns {HelperNames}
 */
export function chooseHelperNames(program, declared, free) {
  const taken = new Set([...declared, ...free]);
  const promise = unused('p', taken);
  if (isImported('_defer', program)) return { defer: '_defer', promise, importsDefer: false };
  const defer = declared.has('_defer') ? unused('_defer', taken) : '_defer';
  return { defer, promise, importsDefer: true };
}

function isImported(name, program) {
  return program.body.some(statement => statement.type === 'ImportDeclaration'
    && statement.specifiers.some(({ local }) => local.name === name));
}

function unused(name, taken) {
  let candidate = name;
  for (let i = 2; taken.has(candidate); i++) candidate = `${name}${i}`;
  return candidate;
}
