/** What the escape sequences of a terminal have switched on. */
interface Style {
  colour: string;
  bold: boolean;
  dim: boolean;
}

const plain: Style = { colour: '', bold: false, dim: false };

/** The colours that the program uses, by their number (ECMA-48, SGR). */
const colours: Record<number, string> = {
  31: '#ff7b72',
  32: '#5fd38a',
  33: '#e3b341',
  34: '#79b8ff',
  35: '#d2a8ff',
  36: '#56d4dd',
  90: '#8b949e',
};

function changed(style: Style, code: number): Style {
  if (code === 0) {
    return plain;
  }
  if (code === 39) {
    return { ...style, colour: '' };
  }
  if (code === 22) {
    return { ...style, bold: false, dim: false };
  }
  const colour = colours[code];
  return {
    colour: colour ?? style.colour,
    bold: style.bold || code === 1,
    dim: style.dim || code === 2,
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function span({ colour, bold, dim }: Style, text: string): string {
  const rules = [
    ...(colour === '' ? [] : [`color:${colour}`]),
    ...(bold ? ['font-weight:bold'] : []),
    ...(dim ? ['opacity:.6'] : []),
  ];
  return text === '' || rules.length === 0
    ? escaped(text)
    : `<span style="${rules.join(';')}">${escaped(text)}</span>`;
}

const escape = '\u001B';
const sequence = new RegExp(`${escape}\\[([\\d;]*)m`);

/** Spaces at the end of a line, and the sequences that follow them. */
const trailing = new RegExp(` +((?:${sequence.source})*)$`, 'gm');

/** @returns the screen of a terminal as HTML, with its colours */
export function htmlOf(screen: string): string {
  const [first = '', ...parts] = screen.split(sequence);
  let style = plain;
  const texts = parts.map((part, index) => {
    if (index % 2 === 1) {
      return span(style, part);
    }
    style = part.split(';').map(Number).reduce(changed, style);
    return '';
  });
  return escaped(first) + texts.join('');
}

/** @returns the screen without its colours */
export function textOf(screen: string): string {
  return screen.replaceAll(new RegExp(sequence, 'g'), '');
}

/** @returns the screen without spaces at the end of lines */
export function trimmed(screen: string): string {
  return screen.replaceAll(trailing, '$1').trimEnd();
}
