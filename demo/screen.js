const hasColours = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = code => text => (hasColours ? `\x1b[${code}m${text}\x1b[0m` : String(text));

export const bold = paint('1');
export const dim = paint('2');
export const green = paint('32');
export const red = paint('31');
export const yellow = paint('33');

const WIDTH = 56;

export const say = (text = '') => console.log(text);
export const title = text => say(`\n${bold(text)}`);
export const done = (text, note = '') => say(`  ${green('✓')} ${text.padEnd(WIDTH)} ${dim(note)}`.trimEnd());
export const duration = ms => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** Rows of texts in columns as wide as their widest; a row's painter colours it after it was padded. */
export function table(rows) {
  const widths = rows[0].cells.map((_, column) => Math.max(...rows.map(({ cells }) => cells[column].length)));
  for (const { cells, paint: painter = text => text } of rows) {
    say(`  ${painter(cells.map((cell, column) => cell.padEnd(widths[column])).join('   ').trimEnd())}`);
  }
}
