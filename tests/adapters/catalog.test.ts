import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../electron/adapters/catalog/catalog.ts';
import { priceOf } from '../../shared/domain/money.ts';

const file = path.resolve(import.meta.dirname, '../../resources/models.json');

describe('the catalog', () => {
  const catalog = createCatalog({ file });

  it.each([
    ['gpt-5.5', 400_000, 128_000, [125, 12.5, 750]],
    ['gpt-5.4', 400_000, 128_000, [62.5, 6.25, 375]],
    ['gpt-5.4-mini', 400_000, 128_000, [18.75, 1.875, 113]],
    ['gpt-5.3-codex-spark', 128_000, 32_000, undefined],
    ['rehearsal', 400_000, 128_000, [0, 0, 0]],
  ])('%s', (id, contextWindow, maxOutput, price) => {
    const model = catalog.model(id);
    expect(model).toMatchObject({ id, contextWindow, maxOutput });
    expect(model.price && [model.price.input, model.price.cached, model.price.output]).toEqual(price);
    expect(model.assumed).toBeUndefined();
  });

  it('lists every row, whole', () => {
    expect(catalog.models().map(({ id }) => id)).toEqual(['gpt-5.5', 'gpt-5.4', 'gpt-5.4-mini', 'gpt-5.3-codex-spark', 'rehearsal']);
    for (const model of catalog.models()) {
      expect(model.maxOutput).toBeLessThan(model.contextWindow);
      expect(model.inputs).toContain('text');
      expect(model.efforts.includes(model.defaultEffort ?? 'none')).toBe(model.efforts.length > 0);
    }
    expect(catalog.model('gpt-5.5').defaultEffort).toBe('medium');
    expect(catalog.model('gpt-5.3-codex-spark')).toMatchObject({ inputs: ['text'], preview: true });
  });

  it('lets an unknown id pass with assumptions and without a price', () => {
    for (const id of ['qwen3-coder:30b', 'constructor', ''])
      expect(catalog.model(id)).toEqual({
        id,
        name: id,
        contextWindow: 128_000,
        maxOutput: 16_384,
        inputs: ['text', 'image'],
        efforts: ['low', 'medium', 'high'],
        assumed: true,
      });
  });

  it('prices tokens in credits', () => {
    const { price } = catalog.model('gpt-5.5');
    expect(price && priceOf({ input: 1_000_000, cached: 400_000, output: 10_000, reasoning: 5_000 }, price)).toBeCloseTo(75 + 5 + 7.5);
  });

  it('is read when it is asked, not before', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'switchyard-catalog-'));
    const late = createCatalog({ file: path.join(folder, 'models.json') });
    expect(() => late.models()).toThrow('The model catalog cannot be read');
    fs.copyFileSync(file, path.join(folder, 'models.json'));
    expect(late.models()).toHaveLength(5);
    fs.rmSync(folder, { recursive: true });
    expect(late.model('gpt-5.5').name).toBe('GPT-5.5');
  });
});
