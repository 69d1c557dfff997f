import { boundIdentifiers } from './syntax-tree.js';

/**
 * What the export statements of a module name, `default` included.
 * @param {{ body: import('./syntax-tree.js').Node[] }} program
 * @param {typeof boundIdentifiers} [identifiersOf] which names of a declared pattern count
 * @returns {{ names: string[], stars: string[] }} `stars`: the specifiers of `export * from`
 */
export function exportedNames({ body }, identifiersOf = boundIdentifiers) {
  const names = [];
  const stars = [];
  for (const statement of body) {
    if (statement.type === 'ExportDefaultDeclaration') names.push('default');
    else if (statement.type === 'ExportNamedDeclaration') names.push(...namedBy(statement, identifiersOf));
    else if (statement.type !== 'ExportAllDeclaration') continue;
    else if (statement.exported) names.push(nameOf(statement.exported));
    else stars.push(statement.source.value);
  }
  return { names, stars };
}

function namedBy({ declaration, specifiers }, identifiersOf) {
  if (!declaration) return specifiers.map(({ exported }) => nameOf(exported));
  const patterns = declaration.type === 'VariableDeclaration'
    ? declaration.declarations.map(({ id }) => id)
    : [declaration.id];
  return patterns.flatMap(pattern => identifiersOf(pattern)).map(({ name }) => name);
}

/** `export { a as "some text" }` holds a literal. */
function nameOf(exported) {
  return exported.name ?? exported.value;
}
