/** More than the largest machine has; a bracket that names more is nonsense or an attack on our memory. */
const maxHosts = 100_000;

/**
 * Slurm's bracket notation as single names: `gpu[1-3,07],cn1` → gpu1, gpu2, gpu3, gpu07, cn1.
 * Leading zeros are kept, several brackets in a name multiply (`rack[1-2]n[1-2]`).
 * `(null)`, `None assigned`, `n/a` and the empty text are no host at all.
 * Source: "Hostlist expressions" of scontrol(1), `scontrol show hostnames`.
 * @throws RangeError when a bracket does not close, a range runs backwards or more than 100 000 hosts are named.
 */
export function expandHostList(text: string): string[] {
  const list = text.trim();
  if (list === '' || /^(\(null\)|none assigned|n\/a|none)$/i.test(list)) return [];
  const hosts: string[] = [];
  for (const part of splitOutsideBrackets(list)) {
    for (const host of expandPart(part)) {
      hosts.push(host);
      if (hosts.length > maxHosts) throw new RangeError(`host list names more than ${maxHosts} hosts`);
    }
  }
  return hosts;
}

function splitOutsideBrackets(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < list.length; at++) {
    if (list[at] === '[') depth++;
    if (list[at] === ']') depth--;
    if (depth < 0 || depth > 1) throw new RangeError(`brackets do not match in host list ${JSON.stringify(list)}`);
    if (list[at] === ',' && depth === 0) {
      parts.push(list.slice(start, at));
      start = at + 1;
    }
  }
  if (depth !== 0) throw new RangeError(`brackets do not match in host list ${JSON.stringify(list)}`);
  parts.push(list.slice(start));
  return parts.filter((part) => part !== '');
}

function* expandPart(part: string): Generator<string> {
  const open = part.indexOf('[');
  if (open < 0) {
    yield part;
    return;
  }
  const close = part.indexOf(']', open);
  for (const number of expandRanges(part.slice(open + 1, close))) {
    for (const rest of expandPart(part.slice(close + 1))) yield part.slice(0, open) + number + rest;
  }
}

function* expandRanges(ranges: string): Generator<string> {
  for (const range of ranges.split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(range);
    if (match?.[1] === undefined) throw new RangeError(`not a range in a host list: ${JSON.stringify(range)}`);
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first) throw new RangeError(`range runs backwards in a host list: ${range}`);
    if (last - first > maxHosts) throw new RangeError(`host list names more than ${maxHosts} hosts`);
    for (let number = first; number <= last; number++) yield String(number).padStart(match[1].length, '0');
  }
}
