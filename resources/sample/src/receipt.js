/** Cents as text: 1234 becomes "12.34". */
export function money(cents) {
  return `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

/** An invoice as lines of text. */
export function receiptOf(invoice) {
  const lines = invoice.lines.map(({ name, quantity, net }) => `${quantity} x ${name}: ${money(net)}`);
  return [...lines, `tax: ${money(invoice.tax)}`, `total: ${money(invoice.total)}`].join('\n');
}
