import path from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { z } from '../../../../shared/schema.ts';
import { defineTool, type ToolContext, type ToolResult } from '../tool.ts';
import { binaryKind, imageMime } from './file-kind.ts';
import { displayPath, missingPath, realPlace, resolvePath } from './paths.ts';
import { formatBytes } from './result.ts';

const mostBytes = 10 * 1024 * 1024;

async function view(context: ToolContext, name: string, file: string): Promise<ToolResult> {
  const stat = await context.files.stat(file);
  if (stat === undefined) throw await missingPath(context.files, name, file);
  if (stat.kind !== 'file') throw new AppError('invalid', `${name} is not a file.`);
  if (stat.bytes > mostBytes) throw new AppError('limited', `${name} has ${formatBytes(stat.bytes)}: an image may have 10 MB at most.`);
  const bytes = await context.files.read(file);
  if (bytes === undefined) throw await missingPath(context.files, name, file);
  const mime = imageMime(bytes);
  if (mime === undefined) {
    const kind = binaryKind(bytes) ?? 'text file';
    throw new AppError('invalid', `${name} is not a PNG, JPEG, GIF or WebP image but a ${kind}.`);
  }
  const image = { mime, blob: context.log.putBlob(bytes), name: path.basename(file) };
  return { output: `${displayPath(context.cwd, file)} (${mime}, ${formatBytes(bytes.length)})`, detail: { image } };
}

export const viewImage = defineTool({
  name: 'view_image',
  description: 'Shows you an image file (PNG, JPEG, GIF, WebP).',
  parameters: z.object({ path: z.string() }),
  title: ({ path }) => `Looked at ${path}`,
  async plan({ path: name }, context) {
    if (!context.model.inputs.includes('image')) {
      throw new AppError('invalid', `The model ${context.model.id} takes text only: it can't be shown ${name}.`);
    }
    const file = await realPlace(context.files, resolvePath(context.files, context.cwd, name));
    return { subjects: [{ kind: 'read', path: file }], run: () => view(context, name, file) };
  },
});
