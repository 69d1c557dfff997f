import { findUncommented } from './gaps.js';

/** @typedef {import('./syntax-tree.js').Node} Node */
/** @typedef {import('magic-string').default} MagicString */

const ENDS_BY_ITSELF = new Set([
  'FunctionDeclaration', 'ClassDeclaration', 'BlockStatement', 'TryStatement', 'SwitchStatement', 'EmptyStatement',
]);

/**
 * Moves the operations into the list at the end.
 * @param {MagicString} edits
 * @param {import('./parse.js').Source} source
 * @param {{ exists: boolean, list?: Node }} defaultExport
 * @param {{ statement: Node, expression: Node }[]} moved
 * @param {number} end where a list that does not exist yet is written
 */
export function editOperations(edits, source, defaultExport, moved, end) {
  const { list } = defaultExport;
  if (!list && !defaultExport.exists) edits.prependRight(end, moved.length > 0 ? '];' : 'export default [];');
  if (moved.length === 0) return;

  keepStatementsApart(edits, source, moved);
  let separator = list ? separatorAfter(list, source) : 'export default [';
  for (const { statement, expression } of moved) {
    edits.remove(statement.start, expression.start);
    edits.remove(expression.end, statement.end);
    edits.prependRight(expression.start, separator);
    edits.move(expression.start, expression.end, list ? list.end - 1 : end);
    separator = ', ';
  }
}

/** What has to stand between the elements of a list and another one. */
function separatorAfter(list, source) {
  if (list.elements.length === 0) return '';
  const last = list.elements.at(-1);
  const endsOpen = last === null || findUncommented(source, ',', last.end, list.end - 1).length > 0;
  return endsOpen ? '' : ', ';
}

/** A statement without a semicolon would run into the one behind the operation that leaves. */
function keepStatementsApart(edits, { text, program }, moved) {
  const leaving = new Set(moved.map(({ statement }) => statement));
  program.body.forEach((statement, i) => {
    const isOpen = text[statement.end - 1] !== ';' && !ENDS_BY_ITSELF.has(statement.type);
    if (isOpen && !leaving.has(statement) && leaving.has(program.body[i + 1])) edits.appendLeft(statement.end, ';');
  });
}
