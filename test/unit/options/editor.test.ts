import { getLanguageService, TextDocument } from 'vscode-json-languageservice';
import { describe, expect, it } from 'vitest';
import { answersSchema } from '../../../src/options/schema.js';
import { fileOptions } from '../../../src/options/options.js';

/** What an editor does with a preset, using the engine of Visual Studio Code. */
const editor = getLanguageService({
  schemaRequestService: async () => JSON.stringify(answersSchema()),
});

function open(text: string) {
  const document = TextDocument.create('file:///team/wss.json', 'json', 1, text);
  return { document, parsed: editor.parseJSONDocument(document) };
}

async function complaints(text: string): Promise<string[]> {
  const { document, parsed } = open(text);
  const found = await editor.doValidation(document, parsed, { schemaValidation: 'error' });
  return found.map(({ message }) => String(message));
}

/** The completions at `|`. */
async function offers(marked: string): Promise<string[]> {
  const { document, parsed } = open(marked.replace('|', ''));
  const list = await editor.doComplete(document, document.positionAt(marked.indexOf('|')), parsed);
  return list?.items.map(({ label }) => label) ?? [];
}

const schema = '"$schema": "./wss.schema.json"';

describe('a preset in an editor', () => {
  it('that is valid has no warnings, and neither has its schema', async () => {
    expect(await complaints(`{ ${schema}, "language": "js", "port": 4000 }`)).toEqual([]);
  });

  it.each([
    ['{ S, "langauge": "js" }', 'Property langauge is not allowed.'],
    ['{ S, "language": "typescript" }', 'Value is not accepted. Valid values: "ts", "js".'],
    ['{ S, "https": false, "certSource": "proxy" }', 'Value must be true.'],
    ['{ S, "domain": "chat.example.com" }', 'Missing property "certSource".'],
    ['{ S, "mkcertInstall": true }', 'Property mkcertInstall is not allowed.'],
  ])('%s is underlined', async (text, message) => {
    expect(await complaints(text.replace('S', schema))).toEqual([message]);
  });

  it('gets completions for every option, and for the values of a choice', async () => {
    const names = fileOptions.map(({ name }) => name);
    expect((await offers(`{ ${schema}, "|" }`)).toSorted()).toEqual(names.toSorted());
    expect(await offers(`{ ${schema}, "certSource": | }`)).toEqual([
      '"mkcert"',
      '"files"',
      '"proxy"',
    ]);
  });

  it('shows the meaning of an option on hover', async () => {
    const { document, parsed } = open(`{ ${schema}, "reverseProxy": "caddy" }`);
    const hover = await editor.doHover(document, document.positionAt(45), parsed);
    expect(JSON.stringify(hover?.contents)).toContain('reverse proxy to write site files for');
  });
});
