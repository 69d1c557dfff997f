/** @typedef {import('./syntax-tree.js').Node} Node */

/**
 * Whether the source already has a default export, and if that is the list into which operations move.
 * @param {Node} program
 * @returns {{ exists: boolean, list?: Node }} `list`: the array literal of a closing `export default [...]`
 */
export function findDefaultExport(program) {
  const last = program.body.at(-1);
  const isList = last?.type === 'ExportDefaultDeclaration' && last.declaration.type === 'ArrayExpression';
  return { exists: program.body.some(exportsDefault), list: isList ? last.declaration : undefined };
}

/** `export { x as default }` counts too: a second default export would not load. */
function exportsDefault(statement) {
  if (statement.type === 'ExportDefaultDeclaration') return true;
  if (statement.type === 'ExportAllDeclaration') return isDefault(statement.exported);
  if (statement.type !== 'ExportNamedDeclaration') return false;
  return statement.specifiers.some(({ exported }) => isDefault(exported));
}

function isDefault(exported) {
  return (exported?.name ?? exported?.value) === 'default';
}
