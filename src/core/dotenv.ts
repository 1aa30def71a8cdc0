/** The quote that also Compose reads text in as it is comes first where there is a difference. */
function quotesFor(value: string): string[] {
  return /[\\$]/.test(value) ? ["'", '"', '`'] : ['"', "'", '`'];
}

/**
 * Node's parser of settings files knows no escapes: a value stands in a kind of quote that it does
 * not contain, and in double quotes `\n` would become a line break.
 * @returns the value as a settings file holds it; nothing for a value that none can hold
 */
export function dotenvText(value: string): string | undefined {
  if (/^[\w@%+=:,./[\]*-]+$/.test(value)) {
    return value;
  }
  const usable = quotesFor(value).filter((quote) => !value.includes(quote));
  const quote = usable.find((candidate) => candidate !== '"' || !value.includes('\\n'));
  return quote === undefined || /[\r\n]/.test(value) ? undefined : `${quote}${value}${quote}`;
}
