import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discountFor } from '../src/discount.js';

test('a few pieces get no discount', () => {
  assert.equal(discountFor(1), 0);
  assert.equal(discountFor(9), 0);
});

test('ten pieces are enough for 10 %', () => {
  assert.equal(discountFor(10), 10);
  assert.equal(discountFor(49), 10);
});

test('many pieces get 20 %', () => {
  assert.equal(discountFor(100), 20);
});
