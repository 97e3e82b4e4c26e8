import assert from 'node:assert/strict';
import { test } from 'node:test';
import { invoiceFor } from '../src/invoice.js';
import { receiptOf } from '../src/receipt.js';

const bread = { name: 'bread', kind: 'food', price: 320, quantity: 2 };
const candle = { name: 'candle', kind: 'other', price: 99, quantity: 20 };

test('food is taxed less', () => {
  assert.deepEqual(invoiceFor([bread]), { lines: [{ name: 'bread', quantity: 2, net: 640, tax: 45 }], net: 640, tax: 45, total: 685 });
});

test('the discount comes before the tax', () => {
  const { net, tax, total } = invoiceFor([candle]);
  assert.deepEqual({ net, tax, total }, { net: 1782, tax: 339, total: 2121 });
});

test('a receipt shows amounts with two digits', () => {
  assert.equal(receiptOf(invoiceFor([bread, candle])), '2 x bread: 6.40\n20 x candle: 17.82\ntax: 3.84\ntotal: 28.06');
});
