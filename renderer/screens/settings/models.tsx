import type { JSX } from 'react';
import type { Model } from '../../../shared/domain/model.ts';
import { modelBound } from '../../../shared/policy/bounds.ts';
import { Lock } from '../../parts/lock.tsx';
import { count } from '../../parts/time.ts';
import { lockOf, usePolicy } from '../../store/policy.ts';
import { effortNames } from '../thread/composer/choices.ts';
import { Table } from './row.tsx';
import { useSettings } from './use-settings.ts';

const number = 'px-2 py-2 text-right @xl:px-3 whitespace-nowrap tabular-nums last:pr-4';

/** A column that moves below the model's name where the page is narrow. */
const roomy = 'hidden @xl:table-cell';

/** From the least to the most, as the catalog lists them. */
function effortsOf({ efforts }: Model): string {
  const [first, ...rest] = efforts;
  const last = rest.at(-1);
  if (first === undefined) return 'none';
  return last === undefined
    ? effortNames[first].toLowerCase()
    : `${effortNames[first].toLowerCase()} to ${effortNames[last].toLowerCase()}`;
}

const rates = ['input', 'cached', 'output'] as const;

/** As many digits after the point as any row of the column needs, so that the points stand under one another. */
function digitsOf(models: readonly Model[], rate: (typeof rates)[number]): number {
  return Math.max(...models.map(({ price }) => String(price?.[rate] ?? 0).split('.')[1]?.length ?? 0));
}

export function Models(): JSX.Element {
  const { settings, error } = useSettings();
  const policy = usePolicy();
  if (!settings) return <p className={error ? 'text-stop' : 'text-faint'}>{error ?? 'Reading the catalog …'}</p>;
  const locked = (model: string): string | undefined => lockOf(policy, modelBound(policy, { provider: settings.provider, model }));
  const digits = Object.fromEntries(rates.map((rate) => [rate, digitsOf(settings.models, rate)]));
  return (
    <>
      <p className="max-w-prose text-pretty text-muted">
        What this version knows of models; the context window is in tokens. A model that is not listed works too, with assumed numbers and
        no price.
      </p>
      <Table label="Models">
        <thead>
          <tr className="text-left text-caption text-muted *:px-2 *:pt-2 @xl:*:px-3 *:font-normal">
            <th scope="col" rowSpan={2} className="border-b pb-2 pl-4! align-bottom">
              Model
            </th>
            <th scope="col" rowSpan={2} className={`${roomy} border-b pb-2 align-bottom`}>
              Takes
            </th>
            <th scope="col" rowSpan={2} className={`${roomy} border-b pb-2 align-bottom`}>
              Effort
            </th>
            <th scope="col" rowSpan={2} className="border-b pb-2 text-right align-bottom">
              Window
            </th>
            <th scope="colgroup" colSpan={3} className="pr-4! text-right whitespace-nowrap">
              Credits for a million tokens
            </th>
          </tr>
          <tr className="border-b text-left text-caption text-muted *:px-2 *:pb-2 @xl:*:px-3 *:font-normal">
            <th scope="col" className="text-right">
              Input
            </th>
            <th scope="col" className="text-right">
              Cached
            </th>
            <th scope="col" className="pr-4! text-right">
              Output
            </th>
          </tr>
        </thead>
        <tbody className="divide-y">
          {settings.models.map((model) => (
            <tr key={model.id}>
              <th scope="row" className="py-2 pr-2 pl-4 text-left font-normal @xl:pr-3 whitespace-nowrap">
                <span className="flex items-center gap-2">
                  {model.name}
                  {locked(model.id) === undefined ? null : <Lock source={locked(model.id) ?? ''} />}
                </span>
                <span className="flex items-center gap-2 text-caption text-faint">
                  <span className="font-mono">{model.id}</span>
                  {model.preview ? <span className="text-note">preview</span> : null}
                </span>
                <span className="block text-caption whitespace-normal text-muted @xl:hidden">
                  {model.inputs.join(', ')}
                  {model.efforts.length > 0 ? ` · ${effortsOf(model)}` : null}
                </span>
              </th>
              <td className={`${roomy} px-3 py-2 whitespace-nowrap text-muted`}>{model.inputs.join(', ')}</td>
              <td className={`${roomy} px-3 py-2 whitespace-nowrap text-muted`}>{effortsOf(model)}</td>
              <td className={number}>{count(model.contextWindow)}</td>
              {model.price && model.price.input + model.price.output > 0 ? (
                rates.map((rate) => (
                  <td key={rate} className={number}>
                    {model.price?.[rate].toFixed(digits[rate])}
                  </td>
                ))
              ) : (
                <td colSpan={rates.length} className={`${number} text-faint`}>
                  {model.price ? 'free' : 'no price set'}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </Table>
    </>
  );
}
