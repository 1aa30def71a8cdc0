import type { Browser } from 'playwright-core';
import { htmlOf } from './ansi.js';
import { columns } from './run.js';

interface Parts {
  /** With escape sequences. */
  screen: string;
  /** A PNG with twice the density. */
  page: Buffer;
  address: string;
}

/** Both windows have a border, since the page around the picture may be light or dark. */
const style = `
  body { margin: 0; }
  main { display: inline-flex; gap: 16px; align-items: center; padding: 2px; }
  section { border: 1px solid #768390; border-radius: 10px; overflow: hidden; }
  pre, code { font: 12px/16px 'DejaVu Sans Mono', monospace; }
  pre {
    box-sizing: content-box; width: ${columns}ch; margin: 0; padding: 14px 16px;
    background: #0d1117; color: #e6edf3; white-space: pre-wrap; word-break: break-all;
  }
  header { padding: 8px 12px; background: #e6eaef; color: #1f2328; }
  header::before {
    content: ''; display: inline-block; width: 9px; height: 9px; margin-right: 8px;
    border-radius: 50%; background: #1a7f37;
  }
  img { display: block; width: 380px; }
`;

function documentOf({ screen, page, address }: Parts): string {
  return `<!doctype html><meta charset="utf-8"><style>${style}</style><main>
    <section><pre>${htmlOf(screen)}</pre></section>
    <section><header><code>${address}</code></header>
    <img src="data:image/png;base64,${page.toString('base64')}"></section></main>`;
}

/** @returns a PNG of both windows beside each other, with twice the density and no background */
export async function compose(browser: Browser, parts: Parts): Promise<Buffer> {
  const page = await browser.newPage({
    viewport: { width: 1200, height: 1400 },
    deviceScaleFactor: 2,
  });
  await page.setContent(documentOf(parts));
  await page.locator('img').evaluate((image) => image.decode());
  return page.locator('main').screenshot({ omitBackground: true });
}
