import { describe, expect, it } from 'vitest';
import { maskInvalidUrl, maskUrls, secretsIn, withoutSecrets } from '../../../src/core/secrets.js';

const secret = 'Zx9-s3cret';

describe('the URLs in a text', () => {
  it.each([
    `wss://me:${secret}@app.test/live`,
    `wss://${secret}@app.test/live`,
    `wss://me:a@${secret}@app.test/live`,
    `wss://app.test/live?token=${secret}`,
    `wss://app.test/live?room=1&access_token=${secret}&v=2`,
    `wss://app.test/live?t=${secret}`,
    `wss://app.test/live?${secret}`,
    `wss://app.test/live#id_token=${secret}`,
    `wss://app.test/live?to%6Ben=${secret}`,
    `Use https://app.test/login?next=/live&ticket=${secret}.`,
    `GET /live?token=${secret} failed`,
    `at login?token=${secret}`,
    `to (/live;jsessionid=${secret})`,
    `wss://[::1]:3000/live?token=a$(b)|${secret}`,
    `{"url":"/live?v=2#id_token=${secret}"}`,
    'Sent eyJhbGciOiJIUzI1NiJ9.Zx9-s3cret.Zx9-s3cret here.',
  ])('have no secret: %s', (text) => {
    expect(maskUrls(text)).not.toContain(secret);
  });

  it.each([
    'wss://app.test:8443/socket.io/?EIO=4&transport=websocket',
    'wss://app.test/?room=7&lang=de',
    'npx create-fastify-wss certs localhost 127.0.0.1 ::1',
    'Mail admin@app.test; then restart.',
    'map $http_upgrade ~*(?i)^websocket$ { rewrite ^/live/?$ /socket; }',
    'location ~ ^/(?<room>[a-z0-9]+)/?(?:live9|chat9)$ { }',
    'if (req.url ~ "[?&]token=([^&]*)") { set &#x27;a1&#x27; }',
    'content-type: text/html;charset=utf-8, color #a1b2c3, issue#12345',
    'colou?r2024 https?://host1 x&&y2024 a;b2=c3',
  ])('are otherwise as they were: %s', (text) => {
    expect(maskUrls(text)).toBe(text);
  });
});

describe('text that should be a URL', () => {
  it.each([
    `me:${secret}@app.test`,
    `wss:/me:${secret}@app.test`,
    `wss://me:pa/ss${secret}@app.test`,
    `me:p?${secret}@app.test:80`,
    `app.test?token=${secret}`,
  ])('has no secret: %s', (text) => {
    expect(maskInvalidUrl(text)).not.toContain(secret);
  });
});

describe('what was typed', () => {
  it('is found again in any text, also decoded', () => {
    const secrets = secretsIn(['wss://u%40xyz:p%3Dw+1@app.test/?token=a%2Fb%2Fc&key=1234']);
    const text = 'u@xyz, p=w+1, p%3Dw+1, a/b/c and 1234 were sent';
    expect(withoutSecrets(text, secrets)).toBe('***, ***, ***, *** and *** were sent');
  });
});
