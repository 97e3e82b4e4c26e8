// What axe finds on a page as it stands, a line for each place.
import { AxeBuilder } from '@axe-core/playwright';

// Web Content Accessibility Guidelines 2, A and AA, and what axe calls good practice.
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** @param {import('@playwright/test').Page} page */
export async function hurts(page) {
  // Its newer mode opens a second page, which the content security policy of the window has no place for.
  const builder = new AxeBuilder({ page }).setLegacyMode(true).withTags(tags);
  // Menus and tooltips float above the page and are no part of a landmark of it.
  const { violations } = await builder.disableRules('region').analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary.replaceAll(/\s+/g, ' ')}`),
  );
}
