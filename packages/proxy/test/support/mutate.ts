/** Pieces that damage a message of HTTP where two readers may differ. */
const oddPieces = [
  ...['\0', '\n', '\r', '\r\n', '\r\n\r\n', ' ', ':', '%', ',', ';', '\x0b', '\x80\xff', '0', '9'.repeat(20)],
  ...[
    'Content-Length: 1\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Connection: close\r\n',
    'X-A: b\r\n c\r\n',
    'x'.repeat(300),
  ],
];

/** A message with a few of its bytes changed, doubled, taken out or cut off. */
export function mutate(messages: readonly string[], random: (below: number) => number): Buffer {
  let bytes = Buffer.from(messages[random(messages.length)] ?? '', 'latin1');
  for (let changes = random(4); changes > 0; changes -= 1) {
    const somewhere = random(bytes.length + 1);
    const lineEnd = bytes.indexOf('\r\n', somewhere);
    const at = lineEnd >= 0 && random(3) === 0 ? lineEnd + 2 : somewhere;
    const odd = Buffer.from(oddPieces[random(oddPieces.length)] ?? '', 'latin1');
    const skipped = random(3) === 0 ? random(8) : 0;
    bytes = Buffer.concat([bytes.subarray(0, at), odd, bytes.subarray(at + skipped)]);
  }
  return random(6) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : bytes;
}
