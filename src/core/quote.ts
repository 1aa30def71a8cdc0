/**
 * Writes a command so that it can be pasted into a shell.
 * @param command the program and its arguments
 * @param platform `process.platform`: Windows quotes with ", everything else as POSIX sh
 */
export function quoteCommand(command: string[], platform: string = process.platform): string {
  return command.map((word) => quoteWord(word, platform)).join(' ');
}

/** @returns the path as an argument that programs do not read as an option */
export function operand(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}

function quoteWord(word: string, platform: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) {
    return word;
  }
  if (platform === 'win32') {
    return `"${word.replaceAll('"', '\\"')}"`;
  }
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
