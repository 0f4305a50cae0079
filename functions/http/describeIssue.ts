import type { z } from 'zod';
import { printPath } from '../../shared/json/printPath';

type Issue = z.core.$ZodIssue;

/** The first thing that is wrong with a value: where, and what it should be. */
export function describeIssue(error: z.ZodError): { readonly path: string; readonly text: string } {
  const issue = decisive(error.issues, []);
  if (issue?.code === 'unrecognized_keys') {
    return { path: printPath([...issue.path, issue.keys[0] ?? '']), text: 'is not known' };
  }
  return { path: printPath(issue?.path ?? []), text: issue?.message ?? 'is not readable' };
}

/** Of a union the branch that got furthest, as that is the one that was meant. */
function decisive(issues: readonly Issue[], above: readonly PropertyKey[]): Issue | undefined {
  const [first] = issues;
  if (first === undefined) return undefined;
  const issue = { ...first, path: [...above, ...first.path] };
  if (issue.code !== 'invalid_union') return issue;
  const branches = issue.errors.map((branch) => decisive(branch, issue.path));
  const isMeant = (branch: Issue | undefined) =>
    branch && (branch.code !== 'invalid_type' || branch.path.length > issue.path.length);
  return branches.find(isMeant) ?? issue;
}
