// Finds members and values in the text of JSON without parsing it: what is recorded must stay byte for byte what was on the wire,
// but for what is taken out. Text that is cut off counts as reaching to its end.

export interface Member {
  /** The name as it is written, without quotes. */
  readonly name: string;
  /** Where its value begins and ends in the text. */
  readonly start: number;
  readonly end: number;
}

const stringPattern = /"(?:[^"\\]|\\.)*(?:"|$)/gsy;
const blankPattern = /[\s]*/gy;

/** Every string in the text: members with their values, and strings that stand alone, whose name is ''. */
export function* membersIn(text: string): Generator<Member, void, undefined> {
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    const end = stringEnd(text, at);
    const colon = skipBlanks(text, end);
    if (text[colon] !== ':') {
      yield { name: '', start: at, end };
      at = end;
      continue;
    }
    const start = skipBlanks(text, colon + 1);
    const isContainer = text[start] === '{' || text[start] === '[';
    const after = valueEnd(text, start);
    yield { name: text.slice(at + 1, end - 1), start, end: after };
    // What is inside of an object or array comes next.
    at = isContainer ? start + 1 : Math.max(after, end);
  }
}

/** Where the value that begins here ends; the end of the text where it is cut off. */
export function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first !== '{' && first !== '[') return scalarEnd(text, start);
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = stringEnd(text, at) - 1;
    else if (character === '{' || character === '[') depth += 1;
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1;
  }
  return text.length;
}

function stringEnd(text: string, start: number): number {
  stringPattern.lastIndex = start;
  return stringPattern.test(text) ? stringPattern.lastIndex : text.length;
}

function skipBlanks(text: string, start: number): number {
  blankPattern.lastIndex = start;
  blankPattern.test(text);
  return blankPattern.lastIndex;
}

function scalarEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !/[,}\]\s]/.test(text[at]!)) at += 1;
  return at;
}
