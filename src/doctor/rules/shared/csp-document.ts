/** Elements that may be in a head; any other opens the body, where policies do not count. */
const ofHead = ['html', 'head', 'base', 'basefont', 'bgsound', 'link', 'meta'];

/** Comments, and elements whose contents are not elements of the document. */
const silent =
  /<!--[\s\S]*?(?:-->|$)|<(script|style|title|template|noscript|noframes)\b[\s\S]*?(?:<\/\1\s*>|$)|<!doctype[^>]*>/gi;

const token = /<(\/?)([a-z][^\s/>]{0,60})(?=[\s/>])((?:"[^"]*"|'[^']*'|[^>"'])*)>|[^<\s]+|</gi;
const attribute = /([^\s"'<>/=]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

const entities: Record<string, string> = { amp: '&', quot: '"', apos: "'", lt: '<', gt: '>' };

function characterOf(name: string): string | undefined {
  const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name);
  const [hex, decimal] = [number?.[1], number?.[2]];
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (number === null || point > 0x10ffff) {
    return entities[name.toLowerCase()];
  }
  return String.fromCodePoint(point);
}

function unescaped(text: string): string {
  return text.replaceAll(/&(#?\w+);/g, (all, name: string) => characterOf(name) ?? all);
}

function attributesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', double, single, plain] of text.matchAll(attribute)) {
    const key = name.toLowerCase();
    if (!found.has(key)) {
      found.set(key, unescaped(double ?? single ?? plain ?? ''));
    }
  }
  return found;
}

/**
 * @param html the document, or its start
 * @returns the policies in its <meta> elements (CSP level 3, section 3.3; HTML, section 4.2.5.3),
 * which only count in the head
 */
export function documentPolicies(html: string): string[] {
  const policies: string[] = [];
  for (const [all, end, name = '', rest = ''] of html.replaceAll(silent, '').matchAll(token)) {
    const element = name.toLowerCase();
    if (element === '' || (end === '' && !ofHead.includes(element)) || all === '<') {
      return policies;
    }
    const attributes = element === 'meta' ? attributesOf(rest) : new Map<string, string>();
    const policy = attributes.get('content') ?? '';
    if (attributes.get('http-equiv')?.toLowerCase() === 'content-security-policy') {
      policies.push(policy);
    }
  }
  return policies;
}
