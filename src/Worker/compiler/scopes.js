import { boundIdentifiers, isFunction, walk } from './syntax-tree.js';

/**
 * The names declared per scope. Scopes are the program, functions, catch clauses and the inside of a named class
 * expression; what a block declares belongs to the function or program around it, which is a promise to existing jobs.
 * @param {import('./syntax-tree.js').Node} program
 * @returns {Map<import('./syntax-tree.js').Node, Set<string>>}
 */
export function collectScopes(program) {
  const scopes = new Map([[program, new Set()]]);
  const functions = [program];

  const declare = (scope, pattern) => {
    if (!scopes.has(scope)) scopes.set(scope, new Set());
    for (const { name } of boundIdentifiers(pattern)) scopes.get(scope).add(name);
  };
  const enter = node => {
    declareNames(node, functions.at(-1), declare);
    if (isFunction(node)) functions.push(node);
  };
  const leave = node => {
    if (isFunction(node)) functions.pop();
  };

  walk(program, enter, leave);
  return scopes;
}

function declareNames(node, home, declare) {
  switch (node.type) {
    case 'VariableDeclarator':
      return declare(home, node.id);
    case 'ClassDeclaration':
      return declare(home, node.id);
    case 'ClassExpression':
      return declare(node, node.id);
    case 'FunctionDeclaration':
      declare(home, node.id);
      return node.params.forEach(parameter => declare(node, parameter));
    case 'FunctionExpression':
      declare(node, node.id);
      return node.params.forEach(parameter => declare(node, parameter));
    case 'ArrowFunctionExpression':
      return node.params.forEach(parameter => declare(node, parameter));
    case 'CatchClause':
      return declare(node, node.param);
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return declare(home, node.local);
  }
}

/** Which names are declared at the point a walk has reached. */
export class NamesInScope {
  #counts = new Map();

  /** @param {Iterable<string>} [names] */
  enter(names = []) {
    for (const name of names) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** @param {Iterable<string>} [names] */
  leave(names = []) {
    for (const name of names) this.#counts.set(name, this.#counts.get(name) - 1);
  }

  /** @param {string} name */
  has(name) {
    return this.#counts.get(name) > 0;
  }
}
