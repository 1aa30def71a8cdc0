import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswer } from '../../../src/doctor/probes/http.js';

function parsed(text: string) {
  return parseAnswer(Buffer.from(text, 'latin1'));
}

/** A body in chunks: each part with its size. */
function chunked(parts: string[], extension = ''): string {
  const chunks = parts.map((part) => `${part.length.toString(16)}${extension}\r\n${part}\r\n`);
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`;
}

describe('an answer', () => {
  it.each([
    [['one', 'two'], 'onetwo'],
    [['one\r\nface\r\ntwo'], 'one\r\nface\r\ntwo'],
    [['a', '\r\n5\r\n', 'b'], 'a\r\n5\r\nb'],
  ])('in the chunks %j is %j', (parts, body) => {
    expect(parsed(chunked(parts))).toMatchObject({ body, whole: true });
    expect(parsed(chunked(parts, ';name="x"'))).toMatchObject({ body, whole: true });
  });

  it('is the same in any chunks', () => {
    const part = fc.string({ minLength: 1, maxLength: 40, unit: 'binary-ascii' });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        expect(parsed(chunked(parts))).toMatchObject({ body: parts.join(''), whole: true });
      }),
    );
  });

  it('is not whole before its last chunk', () => {
    const text = chunked(['one', 'two']);
    expect(parsed(text.slice(0, -'0\r\n\r\n'.length))).toMatchObject({
      body: 'onetwo',
      whole: false,
    });
    expect(parsed(text.slice(0, text.indexOf('two') + 1))).toMatchObject({
      body: 'onet',
      whole: false,
    });
  });

  it.each([
    ['HTTP/1.1 101 Switching Protocols\r\nA: b\r\n\r\n', '1.1', []],
    ['HTTP/1.1 101\r\n\r\n', '1.1', []],
    ['\r\n\r\nHTTP/1.1 101\r\n\r\n', '1.1', []],
    ['HTTP/1.0 101 Switching Protocols\r\n\r\n', '1.0', []],
    ['HTTP/2 101\r\n\r\n', '2', ['status-line']],
    ['http/1.1 101\r\n\r\n', '1.1', ['status-line']],
    ['HTTP/1.1  101 x\r\n\r\n', '1.1', ['status-line']],
    ['HTTP/1.1 101 x\nA: b\n\n', '1.1', ['bare-lf']],
    ['HTTP/1.1 101 x\r\nA: b\n\r\n', '1.1', ['bare-lf']],
    ['HTTP/1.1 101 x\r\nA: b\r\n c\r\n\r\n', '1.1', ['folded-header']],
    ['HTTP/1.1 101 x\r\nnothing\r\n\r\n', '1.1', ['no-colon']],
    ['HTTP/1.1 101 x\r\nA b: c\r\n\r\n', '1.1', ['blank-in-name']],
    ['HTTP/1.1 101 x\r\nA : c\r\n\r\n', '1.1', ['blank-before-colon']],
    ['HTTP/1.1 101 x\r\nA: \0\r\n\r\n', '1.1', ['nul']],
    [`HTTP/1.1 101 x\r\nA: ${'b'.repeat(17_000)}\r\n\r\n`, '1.1', ['large-head']],
  ])('%j has HTTP/%s and %j', (text, httpVersion, oddities) => {
    expect(parsed(text)).toMatchObject({ status: 101, httpVersion, oddities });
  });

  it('comes after interim answers', () => {
    const text = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nLink: y\r\n\r\n';
    expect(parsed(text)).toBe(undefined);
    expect(parsed(`${text}HTTP/1.1 101 x\r\n\r\nrest`)).toMatchObject({
      status: 101,
      informational: [100, 103],
      head: `${text}HTTP/1.1 101 x\r\n\r\n`.length,
    });
  });
});
