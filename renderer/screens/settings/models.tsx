import type { JSX } from 'react';
import type { Model } from '../../../shared/domain/model.ts';
import { amount, count } from '../../parts/time.ts';
import { effortNames } from '../thread/composer/choices.ts';
import { useSettings } from './use-settings.ts';

const number = 'px-3 py-2 text-right whitespace-nowrap tabular-nums';

/** From the least to the most, as the catalog lists them. */
function effortsOf({ efforts }: Model): string {
  const [first, ...rest] = efforts;
  const last = rest.at(-1);
  if (first === undefined) return 'none';
  return last === undefined
    ? effortNames[first].toLowerCase()
    : `${effortNames[first].toLowerCase()} to ${effortNames[last].toLowerCase()}`;
}

function Price({ value }: { value: number | undefined }): JSX.Element {
  return <td className={number}>{value === undefined ? <span className="text-faint">not set</span> : amount(value)}</td>;
}

export function Models(): JSX.Element {
  const { settings, error } = useSettings();
  if (!settings) return <p className={error ? 'text-stop' : 'text-faint'}>{error ?? 'Reading the catalog …'}</p>;
  return (
    <>
      <p className="max-w-prose text-muted">
        What this version knows of models: the context window in tokens, and credits for a million tokens. A model that is not listed works
        too, with assumed numbers and no price.
      </p>
      <div className="overflow-x-auto rounded-box border">
        <table className="w-full border-collapse">
          <thead>
            <tr className="border-b text-left text-caption text-muted *:px-3 *:py-2 *:font-normal">
              <th scope="col">Model</th>
              <th scope="col">Takes</th>
              <th scope="col">Effort</th>
              <th scope="col" className="text-right">
                Window
              </th>
              <th scope="col" className="text-right">
                Input
              </th>
              <th scope="col" className="text-right">
                Cached
              </th>
              <th scope="col" className="text-right">
                Output
              </th>
            </tr>
          </thead>
          <tbody className="divide-y">
            {settings.models.map((model) => (
              <tr key={model.id}>
                <th scope="row" className="px-3 py-2 text-left font-normal">
                  <span className="block">
                    {model.name}
                    {model.preview ? <span className="ml-2 text-caption text-note">preview</span> : null}
                  </span>
                  <span className="block font-mono text-caption text-faint">{model.id}</span>
                </th>
                <td className="px-3 py-2 text-muted">{model.inputs.join(', ')}</td>
                <td className="px-3 py-2 text-muted">{effortsOf(model)}</td>
                <td className={number}>{count(model.contextWindow)}</td>
                <Price value={model.price?.input} />
                <Price value={model.price?.cached} />
                <Price value={model.price?.output} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
