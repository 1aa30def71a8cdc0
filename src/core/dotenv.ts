/** The quotes to try, first the one in which Compose also reads the text unchanged. */
function quotesFor(value: string): string[] {
  return /[\\$]/.test(value) ? ["'", '"', '`'] : ['"', "'", '`'];
}

/**
 * Node's parser of settings files has no escapes: a value needs quotes that it does not contain. In
 * double quotes, `\n` would become a line break.
 * @returns the value for a settings file; undefined if a settings file cannot contain it
 */
export function dotenvText(value: string): string | undefined {
  if (/^[\w@%+=:,./[\]*-]+$/.test(value)) {
    return value;
  }
  const usable = quotesFor(value).filter((quote) => !value.includes(quote));
  const quote = usable.find((candidate) => candidate !== '"' || !value.includes('\\n'));
  return quote === undefined || /[\r\n]/.test(value) ? undefined : `${quote}${value}${quote}`;
}
