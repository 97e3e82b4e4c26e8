const steps = [
  { from: 50, percent: 20 },
  { from: 10, percent: 10 },
];

/** The discount in percent for a number of pieces of one article. */
export function discountFor(quantity) {
  const step = steps.find(({ from }) => quantity > from);
  return step ? step.percent : 0;
}
