/** @typedef {import('./syntax-tree.js').Node} Node */
/** @typedef {{ name?: string, line?: number, order: number }} OperationEntry */

/**
 * @typedef {object} Operations
 * @property {{ statement: Node, expression: Node }[]} moved what goes into the list, in the order of the source
 * @property {OperationEntry[]} index what the list will hold, by position
 */

/**
 * Finds the statements that are operations, and describes the finished list.
 * @param {import('./parse.js').Source} source
 * @param {{ exists: boolean, list?: Node }} defaultExport
 * @param {{ chains: import('./promise-chains.js').Chain[], wraps: Set<Node> }} earlier
 * @returns {Operations}
 */
export function findOperations({ program, lines }, defaultExport, { chains, wraps }) {
  if (defaultExport.exists && !defaultExport.list) return { moved: [], index: [] };

  const operationOf = new Map(chains.map(chain => [chain.root, chain.operation]));
  const moved = program.body.filter(statement => isOperation(statement, operationOf, wraps))
    .map(statement => ({ statement, expression: statement.expression }));

  const present = defaultExport.list?.elements ?? [];
  const listed = [...present, ...moved.map(({ expression }) => expression)];
  // After a spread nobody can say at which position an operation ends up.
  const countable = present.every(element => element?.type !== 'SpreadElement');
  const index = countable ? listed.map((node, i) => describe(node, i + 1, operationOf, lines)) : [];
  return { moved, index };
}

function isOperation(statement, operationOf, wraps) {
  if (statement.type !== 'ExpressionStatement') return false;
  const { expression } = statement;
  if (expression.type === 'ChainExpression') return operationOf.has(expression.expression);
  return expression.type === 'CallExpression' && !wraps.has(expression);
}

function describe(node, order, operationOf, lines) {
  if (!node) return { order };
  const call = node.type === 'ChainExpression' ? node.expression : node;
  const operation = operationOf.get(call) ?? call;
  const { line } = lines.at(operation.start);
  const isNamed = operation.type === 'CallExpression' && operation.callee.type === 'Identifier';
  return isNamed ? { name: operation.callee.name, line, order } : { line, order };
}
