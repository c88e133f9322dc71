/** Prints lines of cells below each other on standard output; the last column is not padded. */
export function printTable(lines: readonly (readonly string[])[]): void {
  const columns = Math.max(...lines.map((line) => line.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  for (const line of lines) {
    const cells = line.map((cell, column) => cell.padEnd((widths[column] ?? 0) + 2));
    process.stdout.write(`${cells.join('').trimEnd()}\n`);
  }
}
