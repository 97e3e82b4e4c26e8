// What a file is, told from its first bytes.

const text = (value: string): number[] => Array.from(value, (char) => char.charCodeAt(0));

const kinds: { name: string; at: number; bytes: number[]; mime?: string }[] = [
  { name: 'PNG image', at: 0, bytes: [0x89, ...text('PNG\r\n'), 0x1a, 0x0a], mime: 'image/png' },
  { name: 'JPEG image', at: 0, bytes: [0xff, 0xd8, 0xff], mime: 'image/jpeg' },
  { name: 'GIF image', at: 0, bytes: text('GIF8'), mime: 'image/gif' },
  { name: 'WebP image', at: 8, bytes: text('WEBP'), mime: 'image/webp' },
  { name: 'PDF document', at: 0, bytes: text('%PDF-') },
  { name: 'ZIP archive', at: 0, bytes: text('PK\x03\x04') },
  { name: 'gzip archive', at: 0, bytes: [0x1f, 0x8b] },
  { name: 'SQLite database', at: 0, bytes: text('SQLite format 3\0') },
  { name: 'ELF program', at: 0, bytes: [0x7f, ...text('ELF')] },
  { name: 'Windows program', at: 0, bytes: text('MZ') },
  { name: 'WebAssembly module', at: 0, bytes: text('\0asm') },
  { name: 'UTF-16 text', at: 0, bytes: [0xff, 0xfe] },
  { name: 'UTF-16 text', at: 0, bytes: [0xfe, 0xff] },
];

const find = (bytes: Uint8Array): (typeof kinds)[number] | undefined =>
  kinds.find((kind) => kind.bytes.every((byte, index) => bytes[kind.at + index] === byte));

/** The kind of a file that is not UTF-8 text, undefined for text. */
export function binaryKind(head: Uint8Array): string | undefined {
  const known = find(head)?.name;
  if (known === 'PDF document' || known === 'UTF-16 text') return known;
  return head.includes(0) ? (known ?? 'binary file') : undefined;
}

export function imageMime(head: Uint8Array): string | undefined {
  return find(head)?.mime;
}
