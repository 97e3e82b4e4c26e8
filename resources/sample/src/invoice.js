import { discountFor } from './discount.js';
import { taxOn } from './tax.js';

/** Adds up the articles that were sold: `{ name, kind, price, quantity }` each, prices in cents. */
export function invoiceFor(articles) {
  const lines = articles.map(({ name, kind, price, quantity }) => {
    const full = price * quantity;
    const net = full - Math.round((full * discountFor(quantity)) / 100);
    return { name, quantity, net, tax: taxOn(net, kind) };
  });
  const net = lines.reduce((sum, line) => sum + line.net, 0);
  const tax = lines.reduce((sum, line) => sum + line.tax, 0);
  return { lines, net, tax, total: net + tax };
}
