import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { execa } from 'execa';
import { openBrowser } from '../support/browser.js';
import { lookUpRegistry } from '../support/registry.js';
import { sandbox, type Sandbox } from '../support/sandbox.js';
import { compose } from './compose.js';
import { hashOfPicture, madeFrom, madeFromPath, picturePath } from './made-from.js';
import { firstRun, type Seen } from './run.js';

async function draw(place: Sandbox, { screen, page }: Seen): Promise<Buffer> {
  const browser = await openBrowser(place);
  try {
    return await compose(browser, { screen, page, address: `https://localhost:${port}` });
  } finally {
    await browser.close();
  }
}

/** A third of the size, with 256 colours. */
async function shrink(picture: Buffer): Promise<Uint8Array> {
  const args = ['--strip', '--speed', '1', '256', '-'];
  const { stdout } = await execa('pngquant', args, { input: picture, encoding: 'buffer' });
  return stdout;
}

/** @throws an error if another program uses the port */
async function expectFree(port: number): Promise<void> {
  const server = createServer().listen(port, 'localhost');
  await once(server, 'listening');
  server.close();
}

// `npm run picture` makes .github/demo.png from a real first run with the usual port. It needs tmux, mkcert,
// certutil, Chromium, git and pngquant.
const port = 3000;
await expectFree(port);
lookUpRegistry();
const place = sandbox();
try {
  const seen = await firstRun({ place, port });
  writeFileSync(picturePath, await shrink(await draw(place, seen)));
  const source = { picture: hashOfPicture(), ...madeFrom(seen) };
  writeFileSync(madeFromPath, `${JSON.stringify(source, null, 2)}\n`);
} finally {
  await place.remove();
}
