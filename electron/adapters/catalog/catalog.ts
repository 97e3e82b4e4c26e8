import { readFileSync } from 'node:fs';
import type { Model } from '../../../shared/domain/model.ts';
import { AppError } from '../../../shared/errors.ts';
import type { CatalogPort } from '../../runtime/ports.ts';

/** The form of resources/models.json. */
interface CatalogFile {
  unlisted: Pick<Model, 'contextWindow' | 'maxOutput' | 'inputs' | 'efforts'>;
  models: Model[];
}

/** Models from a file, read once and only when somebody asks. Ids that it does not list pass through with its stated defaults. */
export function createCatalog({ file }: { file: string }): CatalogPort {
  let read: { unlisted: CatalogFile['unlisted']; byId: Map<string, Model> } | undefined;

  const catalog = () => {
    if (read) return read;
    try {
      const { unlisted, models } = JSON.parse(readFileSync(file, 'utf8')) as CatalogFile;
      return (read = { unlisted: { ...unlisted }, byId: new Map(models.map((model) => [model.id, model])) });
    } catch (error) {
      throw new AppError('broken', `The model catalog cannot be read: ${file}`, { hint: 'Install Switchyard again.', cause: error });
    }
  };

  return {
    model: (id) => catalog().byId.get(id) ?? { id, name: id, ...catalog().unlisted, assumed: true },
    models: () => [...catalog().byId.values()],
  };
}
