const rates = { food: 7 };
const usualRate = 19;

/** The tax in cents on an amount in cents. */
export function taxOn(amount, kind) {
  return Math.round((amount * (rates[kind] ?? usualRate)) / 100);
}
