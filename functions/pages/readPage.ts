import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export type PageName = 'start' | 'dashboard' | 'dashboardEntra';

const partsSchema = z.object({ main: z.string(), style: z.string(), script: z.string() });
/** What a page is made of, each part in one piece. */
export type PageParts = z.infer<typeof partsSchema>;

/** The build puts pages beside the code that reads them: in `dist/functions/pages`, or in the package beside its one file. */
export async function readPage(name: PageName): Promise<PageParts> {
  const text = await readFile(join(__dirname, `${name}.page.json`), 'utf8');
  return partsSchema.parse(JSON.parse(text));
}
