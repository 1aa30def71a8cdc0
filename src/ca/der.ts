/** One element of DER (X.690): its tag, its value, and where the next one begins. */
interface Element {
  tag: number;
  value: Buffer;
  end: number;
}

/** @throws RangeError for bytes that are cut off */
function elementAt(bytes: Buffer, start: number): Element {
  const first = bytes.readUInt8(start + 1);
  const extra = first < 0x80 ? 0 : first - 0x80;
  const length = extra === 0 ? first : bytes.readUIntBE(start + 2, extra);
  const from = start + 2 + extra;
  const end = from + length;
  if (end > bytes.length) {
    throw new RangeError('The element is longer than its bytes.');
  }
  return { tag: bytes.readUInt8(start), value: bytes.subarray(from, end), end };
}

/** @returns the elements in the value of a constructed element */
export function elementsIn(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; at = elements.at(-1)?.end ?? bytes.length) {
    elements.push(elementAt(bytes, at));
  }
  return elements;
}

/** An extension of a certificate (RFC 5280, section 4.1.2.9). */
export interface CertificateExtension {
  isCritical: boolean;
  /** In DER. */
  value: Buffer;
}

const explicitExtensions = 0xa3;
const boolean = 0x01;

/**
 * @param raw a certificate in DER
 * @returns its extensions, by their object identifiers in hexadecimal form
 */
export function extensionsOf(raw: Buffer): Map<string, CertificateExtension> {
  try {
    const [certificate] = elementsIn(raw);
    const [signed] = elementsIn(certificate?.value ?? raw);
    const holder = elementsIn(signed?.value ?? raw).find(({ tag }) => tag === explicitExtensions);
    const [list] = holder === undefined ? [] : elementsIn(holder.value);
    const all = list === undefined ? [] : elementsIn(list.value);
    return new Map(
      all.map(({ value }) => {
        const parts = elementsIn(value);
        return [
          parts[0]?.value.toString('hex') ?? '',
          {
            isCritical: parts.some(({ tag, value: set }) => tag === boolean && set[0] !== 0),
            value: parts.at(-1)?.value ?? Buffer.alloc(0),
          },
        ];
      }),
    );
  } catch {
    // OpenSSL has read the certificate, so this is not DER as CAs write it: nothing is known.
    return new Map();
  }
}
