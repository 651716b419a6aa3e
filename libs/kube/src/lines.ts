/** Splits chunks of bytes into lines without their ends; a last line without an end comes too. Blank lines are left out. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  const join = (last: Uint8Array) => {
    const line = parts.length
      ? Buffer.concat([...parts, last])
      : Buffer.from(last.buffer, last.byteOffset, last.byteLength);
    parts = [];
    return line.toString('utf8').trim();
  };
  for await (const chunk of chunks) {
    let from = 0;
    // Searching bytes, not text: a character may be cut between two chunks, a line feed cannot.
    for (let end = chunk.indexOf(10, from); end >= 0; end = chunk.indexOf(10, from)) {
      const line = join(chunk.subarray(from, end));
      from = end + 1;
      if (line) yield line;
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
  }
  const rest = join(new Uint8Array());
  if (rest) yield rest;
}
