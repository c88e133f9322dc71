import { describeFrontMatter } from '@juhub/job-template';

/** `juhub template schema`. */
export function printSchema(): void {
  process.stdout.write(`${JSON.stringify(describeFrontMatter(), null, 2)}\n`);
}
