/** What a browser offers in a handshake, in the words of Node.js and OpenSSL. */
export interface Offer {
  ciphers: string;
  sigalgs: string;
  /** In order; an older OpenSSL does not know those of `modern`. */
  groups: string[];
}

const suites13 = 'TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256';
const suites12 =
  'ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-RSA-AES256-GCM-SHA384 ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-RSA-CHACHA20-POLY1305 ECDHE-RSA-AES128-SHA ECDHE-RSA-AES256-SHA AES128-GCM-SHA256 AES256-GCM-SHA384 AES128-SHA AES256-SHA';

/** The certificate is judged apart, so the security level refuses nothing here. */
function cipherList(...more: string[]): string {
  return [...`${suites13} ${suites12}`.split(' '), ...more, '@SECLEVEL=0'].join(':');
}

const sharedSignatures =
  'ecdsa_secp256r1_sha256:rsa_pss_rsae_sha256:rsa_pkcs1_sha256:ecdsa_secp384r1_sha384:rsa_pss_rsae_sha384:rsa_pkcs1_sha384:rsa_pss_rsae_sha512:rsa_pkcs1_sha512';

/** Groups that OpenSSL 3.5 added. */
export const modernGroups = ['X25519MLKEM768', 'ffdhe2048', 'ffdhe3072'];

/** What Chromium 156 and Firefox 153 offer, as far as OpenSSL knows it. */
export const offers: Record<'Chromium' | 'Firefox', Offer> = {
  Chromium: {
    ciphers: cipherList(),
    sigalgs: sharedSignatures,
    groups: ['X25519MLKEM768', 'X25519', 'P-256', 'P-384'],
  },
  Firefox: {
    ciphers: cipherList('ECDHE-ECDSA-AES256-SHA'),
    sigalgs: `${sharedSignatures}:ecdsa_secp521r1_sha512:ECDSA+SHA1:rsa_pkcs1_sha1`,
    groups: ['X25519MLKEM768', 'X25519', 'P-256', 'P-384', 'P-521', 'ffdhe2048', 'ffdhe3072'],
  },
};
