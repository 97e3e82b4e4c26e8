import { AppError } from '../../../../shared/errors.ts';
import type { ToolSpec } from '../../ports.ts';
import type { Tool } from '../tool.ts';
import { applyPatch } from './apply-patch.ts';
import { parseArgs, schemaOf } from './args.ts';
import { askUser } from './ask-user.ts';
import { listFiles } from './list-files.ts';
import { readFile } from './read-file.ts';
import { shorten } from './result.ts';
import { search } from './search.ts';
import { shell } from './shell.ts';
import { shellInput } from './shell-input.ts';
import { shellOutput } from './shell-output.ts';
import { shellStop } from './shell-stop.ts';
import { updatePlan } from './update-plan.ts';
import { viewImage } from './view-image.ts';

export { parseArgs };

const tools: readonly Tool[] = [
  shell,
  shellOutput,
  shellInput,
  shellStop,
  applyPatch,
  readFile,
  listFiles,
  search,
  updatePlan,
  viewImage,
  askUser,
];

/** The tools as a model is told of them. */
export function toolSpecs(): ToolSpec[] {
  return tools.map((tool) => ({ name: tool.name, description: tool.description, parameters: { ...schemaOf(tool) } }));
}

/** AppError `invalid` for a name that no tool has; it lists those that there are. */
export function findTool(name: string): Tool {
  const tool = tools.find((one) => one.name === name);
  if (tool !== undefined) return tool;
  throw new AppError('invalid', `There is no tool ${JSON.stringify(name)}.`, {
    hint: `The tools are: ${tools.map((one) => one.name).join(', ')}.`,
  });
}

/** For people: what a call did, e.g. "Ran npm test"; the tool's name when its arguments make no sense. */
export function findTitle(name: string, json: string): string {
  try {
    const tool = findTool(name);
    return shorten(tool.title(parseArgs(tool, json)), 200);
  } catch {
    return `Called ${shorten(name, 60)}`;
  }
}
